# plan 97c28b6504285153, Portwright 0.1.0, facts 2026.2 of 2026-11-27
# reference CHG-2003; requester Print team; review 2028-02-01
# PaperCut MF behind a load balancer: tries what Multifunction device connects to.
# Run it there: 192.0.2.64/26. Expected is that all connect.
#
# Usage: powershell -ExecutionPolicy Bypass -File from-mfp.ps1 [-At SITE] [-Seconds N] [-Address ROLE=ADDRESS,ROLE=ADDRESS]
#
#   -At SITE                 where this machine is, in a plan with sites; '-' is a machine at no site
#   -Seconds N               how long to wait for each answer (15; Test-NetConnection itself waits longer)
#   -Address ROLE=ADDRESS    an address to try where the plan names a whole network; where a role is in several
#                            zones: ROLE.ZONE=ADDRESS
#
# Opens each connection and closes it again. Exit status: 0 all as expected, 1 some not, 2 it could not be tried,
# 3 those that were tried are as expected, and for others an address has to be named.

[CmdletBinding()]
param(
    [string]$At = '',
    [ValidateRange(1, 999)][int]$Seconds = 15,
    [string[]]$Address = @()
)

$expected = 'connects'
$list = @'
How|Target|Port|Proxy|ProxyPort|To|What|Site
tcp|198.51.100.20|443|-|-|balancer (load balancer)|Device requests (HTTPS); EWB and SOAP events (HTTPS)|-
tcp|198.51.100.20|9191|-|-|balancer (load balancer)|Device requests (HTTP); EWB and SOAP events (HTTP)|-
tcp|198.51.100.20|9193|-|-|balancer (load balancer)|Device RPC|-
'@ | ConvertFrom-Csv -Delimiter '|'

$aside = @'
To|Port|What|Why

'@ | ConvertFrom-Csv -Delimiter '|'

if (-not (Get-Command -Name Test-NetConnection -ErrorAction SilentlyContinue)) {
    Write-Error 'Test-NetConnection is not here. It comes with Windows 8.1 and Windows Server 2012 R2.'
    exit 2
}

# Elsewhere others are let through: each site is tried from there.
$sites = @{}
foreach ($entry in @($list)) { $sites[$entry.Site] = $true }
if ($At -eq '' -and $sites.Count -eq 1) { $At = [string]@($sites.Keys)[0] }
if (-not $sites.ContainsKey($At)) {
    Write-Error "Say where this machine is: -At and one of $($sites.Keys -join ', ')"
    exit 2
}
$list = @($list | Where-Object { $_.Site -eq $At })

$named = @{}
foreach ($pair in ($Address -split ',')) {
    if ($pair -notmatch '^[A-Za-z0-9._-]+=[A-Za-z0-9.:_-]+$') {
        Write-Error "Not understood: $pair"
        exit 2
    }
    $role, $where = $pair -split '=', 2
    $named[$role] = @($named[$role]) + $where | Where-Object { $_ }
}

$work = @()
$left = @()
foreach ($entry in @($list)) {
    if ($entry.How -ne 'named') {
        $work += $entry
    }
    elseif ($named.ContainsKey($entry.Target)) {
        foreach ($where in @($named[$entry.Target])) {
            $one = $entry.PSObject.Copy()
            $one.Target = $where
            $work += $one
        }
    }
    else {
        $left += [pscustomobject]@{
            To   = $entry.To
            Port = "$($entry.Port)/tcp"
            What = $entry.What
            Why  = "name one: -Address $($entry.Target)=ADDRESS ($($entry.Proxy))"
        }
    }
}

# Of a range of ports one must connect.
$tcp = {
    param($target, $first, $last)
    $WarningPreference = 'SilentlyContinue'
    $ProgressPreference = 'SilentlyContinue'
    $said = 'no connection'
    foreach ($port in $first..$last) {
        if (Test-NetConnection -ComputerName $target -Port $port -InformationLevel Quiet) {
            $said = 'connects'
            break
        }
    }
    $said
}

# Any answer of the host behind the proxy will do; the proxy's own refusals have these numbers.
$proxied = {
    param($target, $port, $proxy, $proxyPort, $seconds)
    $ProgressPreference = 'SilentlyContinue'
    try {
        $null = Invoke-WebRequest -Uri "https://${target}:$port/" -Proxy "http://${proxy}:$proxyPort" -Method Head -TimeoutSec $seconds -UseBasicParsing
        'connects'
    }
    catch {
        $code = 0
        if ($_.Exception.Response) { $code = [int]$_.Exception.Response.StatusCode }
        if ($code -eq 0) { 'no connection' }
        elseif (@(403, 407, 502, 503, 504) -contains $code) { "proxy says $code" }
        else { 'connects' }
    }
}

$rows = @()
for ($start = 0; $start -lt $work.Count; $start += 8) {
    $last = [Math]::Min($start + 7, $work.Count - 1)
    $jobs = @()
    $most = 1
    foreach ($entry in $work[$start..$last]) {
        if ($entry.How -eq 'proxy') {
            $jobs += Start-Job -ScriptBlock $proxied -ArgumentList $entry.Target, $entry.Port, $entry.Proxy, $entry.ProxyPort, $Seconds
        }
        else {
            $first, $last = ($entry.Port -split '-')[0, -1]
            $most = [Math]::Max($most, [int]$last - [int]$first + 1)
            $jobs += Start-Job -ScriptBlock $tcp -ArgumentList $entry.Target, ([int]$first), ([int]$last)
        }
    }
    $null = Wait-Job -Job $jobs -Timeout ($Seconds * $most)
    for ($at = 0; $at -lt $jobs.Count; $at++) {
        $entry = $work[$start + $at]
        $found = 'no answer'
        if ($jobs[$at].State -eq 'Completed') { $found = [string](Receive-Job -Job $jobs[$at] | Select-Object -Last 1) }
        $rows += [pscustomobject]@{
            Expected = $expected
            Found    = $found
            To       = "$($entry.To) $($entry.Target)"
            Port     = $entry.Port
            What     = $entry.What
        }
    }
    Remove-Job -Job $jobs -Force
}

$rows | Format-Table -AutoSize -Wrap | Out-String -Width 200 | Write-Output
$other = @($left) + @($aside) | Where-Object { $_ -and $_.To }
if ($other) {
    Write-Output 'Not tried:'
    $other | Format-Table -AutoSize -Wrap | Out-String -Width 200 | Write-Output
}

$wrong = @($rows | Where-Object { ($_.Found -eq 'connects') -ne ($expected -eq 'connects') }).Count
Write-Output "$($rows.Count) tried, $($rows.Count - $wrong) as expected, $($left.Count) wait for an address to be named."
if ($expected -ne 'connects') { Write-Output 'A host on which nothing listens looks like a firewall that blocks: try it while the service runs.' }
if ($wrong -gt 0) { exit 1 }
if ($left.Count -gt 0) { exit 3 }
exit 0
