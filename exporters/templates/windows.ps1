#Requires -Version 5.1
#Requires -RunAsAdministrator
#@title
#
# In PowerShell as administrator:
#   windows.ps1 -Action check                       says what stands in the way; changes nothing
#   windows.ps1 -Action apply                       puts the rules in; twice is the same as once
#   windows.ps1 -Action apply -WhatIf               says what apply would do; changes nothing
#   windows.ps1 -Action apply -ConfirmWithin 120    all goes back unless 'confirm' comes in 120 seconds
#   windows.ps1 -Action apply -Keep 192.0.2.7:443   refuses where these rules would cut that off: an agent here that
#                                                   calls 192.0.2.7, or, where this machine has the address, who calls
#                                                   it (a tunnel: 192.0.2.7:51820/udp); several stand with commas
#                                                   between them, and in 'check' too
#   windows.ps1 -Action confirm                     keeps what was applied; run it from a NEW session
#   windows.ps1 -Action rollback                    back to what was before the last apply
#   windows.ps1 -Action status                      exit code 0 only if this script's rules are in place
#   windows.ps1 -Action remove                      takes out all that this script put in
#
# For machines whose rules come by group policy, from a computer with its tools (as an administrator of the domain):
#   windows.ps1 -Action policy -Policy 'example.com\Print servers'          puts the rules into that policy
#   windows.ps1 -Action policy-remove -Policy 'example.com\Print servers'   takes them out again
#
# Exit codes: 0 done, 1 refused or failed, 2 wrong usage. Its notes are in Program Files\Portwright, where only
# administrators may write: the timer of -ConfirmWithin is a scheduled task that runs this script from there.

[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [string]$Action = '',
    [int]$ConfirmWithin = 0,
    [string[]]$Keep = @(),
    [string]$Policy = '',
    [string]$Ticket = ''
)

Set-StrictMode -Version 2

#@settings

# What the rules do to connections that end here, for the guard below.
$Guard = @'
#@guard
'@

# --- the rules -------------------------------------------------------------------------------------
# Each run of 'apply' makes new rules under names of its own, and then switches the former ones off.

function Add-OwnRules {
    param([string]$Run)
#@rules
}

# --- messages --------------------------------------------------------------------------------------

function Write-Line {
    param([string]$Text)
    Write-Output -InputObject $Text
}

function Stop-Here {
    param([string]$Text, [int]$Code = 1)
    $Host.UI.WriteErrorLine("portwright ($Firewall, windows): $Text")
    exit $Code
}

# --- the session that this runs over ---------------------------------------------------------------

function Test-Holds {
    param([string]$List, [System.Net.IPAddress]$Address)
    if ($List -eq '-') { return $false }
    $bytes = $Address.GetAddressBytes()
    foreach ($cidr in $List.Split(',')) {
        $parts = $cidr.Split('/')
        $net = [System.Net.IPAddress]::Parse($parts[0]).GetAddressBytes()
        if ($net.Length -ne $bytes.Length) { continue }
        $left = [int]$parts[1]
        $same = $true
        for ($i = 0; $i -lt $net.Length; $i++) {
            if ($left -le 0) { break }
            $mask = 255
            if ($left -lt 8) { $mask = 256 - [int][Math]::Pow(2, 8 - $left) }
            if (($net[$i] -band $mask) -ne ($bytes[$i] -band $mask)) { $same = $false }
            $left = $left - 8
        }
        if ($same) { return $true }
    }
    return $false
}

function Test-HasPort {
    param([string]$List, [int]$Port)
    foreach ($pair in $List.Split(',')) {
        $ends = $pair.Split('-')
        if ([int]$ends[0] -le $Port -and $Port -le [int]$ends[1]) { return $true }
    }
    return $false
}

function Read-Address {
    param([string]$Text)
    $address = [System.Net.IPAddress]::Parse($Text.Split('%')[0])
    if ($address.IsIPv4MappedToIPv6) { return $address.MapToIPv4() }
    return $address
}

# Whether a line of the guard lets it through; '-' as the client is anybody.
function Test-LetThrough {
    param([string]$Client, [string]$Server, [int]$Port, [string]$Word = 'allow')
    $to = Read-Address -Text $Server
    foreach ($line in $Guard.Split("`n")) {
        $field = $line.Trim().Split(' ')
        if ($field[0] -ne $Word -or -not (Test-HasPort -List $field[1] -Port $Port)) { continue }
        if (-not (Test-Holds -List $field[3] -Address $to) -or (Test-Holds -List $field[5] -Address $to)) { continue }
        if ($Client -eq '-') { return $true }
        $from = Read-Address -Text $Client
        if ((Test-Holds -List $field[2] -Address $from) -and
            -not (Test-Holds -List $field[4] -Address $from)) { return $true }
    }
    return $false
}

# A sentence for each RDP, WinRM or SSH connection that the rules would not let in again.
function Get-CutSession {
    $rdp = 3389
    $key = 'HKLM:\System\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp'
    $setting = Get-ItemProperty -LiteralPath $key -Name 'PortNumber' -ErrorAction SilentlyContinue
    if ($setting) { $rdp = [int]$setting.PortNumber }
    $daemon = @(Get-Process -Name sshd -ErrorAction SilentlyContinue | ForEach-Object -Process { $_.Id })
    foreach ($one in @(Get-NetTCPConnection -State Established -ErrorAction SilentlyContinue)) {
        $expected = @(22, $rdp, 5985, 5986) -contains $one.LocalPort
        if (-not $expected -and -not ($daemon -contains $one.OwningProcess)) { continue }
        $client = [string]$one.RemoteAddress
        $server = [string]$one.LocalAddress
        if ($client -eq $server -or $client -like '127.*' -or $client -eq '::1') { continue }
        if (-not (Test-LetThrough -Client $client -Server $server -Port $one.LocalPort)) {
            "These rules would cut the session from $client to $server port $($one.LocalPort)."
        }
    }
    if ($env:SSH_CONNECTION) {
        $field = $env:SSH_CONNECTION.Split(' ')
        if ($field.Length -eq 4 -and -not (Test-LetThrough -Client $field[0] -Server $field[2] -Port $field[3])) {
            "These rules would cut the SSH session from $($field[0]) to $($field[2]) port $($field[3])."
        }
    }
}

# One ADDRESS:PORT[/udp] of -Keep; an address with colons stands in brackets. Nothing where it is none.
function Read-Keep {
    param([string]$Text)
    $form = '^(?:\[([0-9a-fA-F:]*:[0-9a-fA-F:]*)\]|([0-9]+(?:[.][0-9]+){3})):([1-9][0-9]{0,4})(?:/(tcp|udp))?\z'
    if (-not ($Text -cmatch $form)) { return }
    $transport = 'tcp'
    if ($Matches.ContainsKey(4)) { $transport = $Matches[4] }
    $port = [int]$Matches[3]
    $written = [string]$Matches[1] + [string]$Matches[2]
    # Windows reads 010 as 8.
    if ($port -gt 65535 -or $written -match '(^|[.])0[0-9]+([.]|$)') { return }
    $address = $null
    if (-not [System.Net.IPAddress]::TryParse($written, [ref]$address)) { return }
    New-Object -TypeName PSObject -Property @{
        Address = [string]$address; Port = $port; Transport = $transport
        Loopback = [System.Net.IPAddress]::IsLoopback($address)
    }
}

# A sentence for each connection that -Keep names and the rules would cut: what calls in to an address of this
# machine (anybody, where nobody is seen to: Windows does not tell for UDP), or what this machine calls elsewhere.
function Get-CutKeep {
    foreach ($one in @($MustStay | Where-Object -FilterScript { -not $_.Loopback })) {
        $place = "$($one.Address) port $($one.Port)/$($one.Transport) (-Keep)."
        if (@(Get-NetIPAddress -IPAddress $one.Address -ErrorAction SilentlyContinue).Count) {
            $word = 'allow'
            $callers = @()
            if ($one.Transport -eq 'udp') {
                $word = 'allow-in-udp'
            } else {
                $callers = @(Get-NetTCPConnection -State Established -LocalAddress $one.Address -LocalPort $one.Port `
                    -ErrorAction SilentlyContinue | ForEach-Object -Process { [string]$_.RemoteAddress } |
                    Sort-Object -Unique | Where-Object -FilterScript { $_ -ne $one.Address })
            }
            if (-not $callers.Count) { $callers = @('-') }
            foreach ($client in $callers) {
                if (Test-LetThrough -Client $client -Server $one.Address -Port $one.Port -Word $word) { continue }
                if ($client -eq '-') {
                    "These rules would let nobody in to $place"
                } else {
                    "These rules would no longer let $client in to $place"
                }
            }
        } elseif ($Filtered) {
            $own = '-'
            foreach ($step in @(Find-NetRoute -RemoteIPAddress $one.Address -ErrorAction SilentlyContinue)) {
                # An address of this machine and a route come back.
                if ($step.PSObject.Properties.Match('IPAddress').Count) { $own = [string]$step.IPAddress }
            }
            $word = "allow-out-$($one.Transport)"
            if (-not (Test-LetThrough -Client $own -Server $one.Address -Port $one.Port -Word $word)) {
                "These rules would not let this machine out to $place"
            }
        }
    }
}

# --- what is in place ------------------------------------------------------------------------------
# The firewall's cmdlets are functions of a module: they do not see -WhatIf and the error preference of a
# script. So every change stands behind ShouldProcess, and every call says -ErrorAction.

function Get-OwnRule {
    Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue
}

function Get-OwnName {
    param([string]$Enabled)
    Get-OwnRule | Where-Object -FilterScript { [string]$_.Enabled -eq $Enabled } |
        ForEach-Object -Process { [string]$_.Name }
}

# The rules that count, each as one line in a form that is always the same.
function Get-Seen {
    $lines = foreach ($rule in @(Get-OwnRule)) {
        if ([string]$rule.Enabled -ne 'True') { continue }
        $ports = Get-NetFirewallPortFilter -AssociatedNetFirewallRule $rule -ErrorAction Stop
        $sides = Get-NetFirewallAddressFilter -AssociatedNetFirewallRule $rule -ErrorAction Stop
        @($rule.Name, $rule.Direction, $rule.Action, $rule.Profile, $ports.Protocol,
            (@($ports.LocalPort) -join ','), (@($ports.RemotePort) -join ','), (@($ports.IcmpType) -join ','),
            (@($sides.LocalAddress) -join ','), (@($sides.RemoteAddress) -join ',')) -join ' '
    }
    @($lines | Sort-Object) -join "`n"
}

function Get-Profiles {
    foreach ($one in @(Get-NetFirewallProfile -Name 'Domain', 'Private', 'Public' -ErrorAction Stop)) {
        New-Object -TypeName PSObject -Property @{
            Name = [string]$one.Name
            Enabled = [string]$one.Enabled
            Inbound = [string]$one.DefaultInboundAction
            Outbound = [string]$one.DefaultOutboundAction
        }
    }
}

function Set-Profiles {
    param($Profiles)
    foreach ($one in @($Profiles)) {
        Set-NetFirewallProfile -Name $one.Name -Enabled $one.Enabled -DefaultInboundAction $one.Inbound `
            -DefaultOutboundAction $one.Outbound -ErrorAction Stop
    }
}

# The profiles as the rules need them: what no rule allows is dropped.
function Set-Closed {
    Set-NetFirewallProfile -Name 'Domain', 'Private', 'Public' -Enabled True -DefaultInboundAction Block -ErrorAction Stop
    if ($Filtered) {
        Set-NetFirewallProfile -Name 'Domain', 'Private', 'Public' -DefaultOutboundAction Block -ErrorAction Stop
    }
}

# Of what is in force: group policy may have the last word over what is stored here.
function Test-Closed {
    $names = 'Domain', 'Private', 'Public'
    foreach ($one in @(Get-NetFirewallProfile -Name $names -PolicyStore ActiveStore -ErrorAction Stop)) {
        if ([string]$one.Enabled -ne 'True' -or [string]$one.DefaultInboundAction -ne 'Block') { return $false }
        if ($Filtered -and [string]$one.DefaultOutboundAction -ne 'Block') { return $false }
    }
    return $true
}

# A sentence for each profile in which group policy keeps these rules from filtering.
function Get-PolicyHindrance {
    foreach ($one in @(Get-NetFirewallProfile -PolicyStore ActiveStore -ErrorAction Stop)) {
        if ([string]$one.AllowLocalFirewallRules -eq 'False') {
            "$($one.Name): group policy lets no local rule count."
        }
    }
    foreach ($one in @(Get-NetFirewallProfile -PolicyStore RSOP -ErrorAction SilentlyContinue)) {
        if ([string]$one.Enabled -eq 'False') {
            "$($one.Name): group policy has the firewall off; nothing filters there."
        }
        if ([string]$one.DefaultInboundAction -eq 'Allow') {
            "$($one.Name): group policy lets in what no rule allows."
        }
        if ($Filtered -and [string]$one.DefaultOutboundAction -eq 'Allow') {
            "$($one.Name): group policy lets out what no rule allows."
        }
    }
}

function Read-State {
    if (Test-Path -LiteralPath $StateFile) {
        Get-Content -LiteralPath $StateFile -Raw -ErrorAction Stop | ConvertFrom-Json -ErrorAction Stop
    }
}

function Write-State {
    param($State)
    $text = ConvertTo-Json -InputObject $State -Depth 6
    Set-Content -LiteralPath "$StateFile.new" -Value $text -Encoding ASCII -ErrorAction Stop
    Move-Item -LiteralPath "$StateFile.new" -Destination $StateFile -Force -ErrorAction Stop
}

function Test-InPlace {
    param($State)
    if (-not $State -or $State.Rules -ne $Rules -or -not (Test-Closed)) { return $false }
    return (Get-Seen) -eq $State.Seen
}

# --- going back ------------------------------------------------------------------------------------

# From any point of an apply: the profiles first, then the former rules on, then the new ones out.
function Restore-Former {
    param($State)
    Set-Profiles -Profiles $State.Profiles
    $there = @(Get-OwnRule | ForEach-Object -Process { [string]$_.Name })
    $before = @($State.Before | Where-Object -FilterScript { $there -contains $_ })
    if ($before.Count) { Enable-NetFirewallRule -Name $before -ErrorAction Stop }
    $new = @($there | Where-Object -FilterScript { $_ -like "*-$($State.Run)" })
    if ($new.Count) { Remove-NetFirewallRule -Name $new -ErrorAction Stop }
}

# The notes after going back. Only one step is kept: the rules before that are gone.
function Step-Back {
    param($State, [bool]$Expired)
    $older = $State.Older
    if (-not $older) {
        $older = New-Object -TypeName PSObject -Property @{
            Run = ''; Rules = ''; Seen = ''; Before = @(); Profiles = @(); First = $State.First
            Older = $null; Pending = ''; Expired = $Expired; Back = $false
        }
    }
    $older.Pending = ''
    $older.Expired = $Expired
    Write-State -State $older
}

function Start-Timer {
    param([int]$Seconds, [string]$Run)
    if (-not $PSCommandPath) {
        throw '-ConfirmWithin needs this script as a file on this machine'
    }
    $copy = Join-Path -Path $Folder -ChildPath 'windows.ps1'
    if ($PSCommandPath -ne $copy) {
        Copy-Item -LiteralPath $PSCommandPath -Destination $copy -Force -ErrorAction Stop
    }
    $shell = Join-Path -Path $env:SystemRoot -ChildPath 'System32\WindowsPowerShell\v1.0\powershell.exe'
    $words = "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File `"$copy`" -Action timer -Ticket $Run"
    $does = New-ScheduledTaskAction -Execute $shell -Argument $words -ErrorAction Stop
    $then = (Get-Date).AddSeconds($Seconds)
    $when = New-ScheduledTaskTrigger -Once -At $then -ErrorAction Stop
    $who = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest -ErrorAction Stop
    $how = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -StartWhenAvailable `
        -RestartCount 10 -RestartInterval (New-TimeSpan -Minutes 1) -ErrorAction Stop
    Register-ScheduledTask -TaskName $Task -TaskPath '\Portwright\' -Action $does -Trigger $when -Principal $who `
        -Settings $how -Force -ErrorAction Stop | Out-Null
    $made = Get-ScheduledTask -TaskName $Task -TaskPath '\Portwright\' -ErrorAction Stop
    if ([string]$made.State -ne 'Ready') { throw 'the scheduled task that would go back is not ready' }
}

function Stop-Timer {
    Unregister-ScheduledTask -TaskName $Task -TaskPath '\Portwright\' -Confirm:$false -ErrorAction SilentlyContinue
}

# --- verbs -----------------------------------------------------------------------------------------

# What group policy, other rules and open sessions mean for these rules.
function Invoke-Check {
    foreach ($one in @(Get-NetFirewallProfile -PolicyStore ActiveStore -ErrorAction Stop)) {
        if ([string]$one.AllowInboundRules -eq 'False') {
            Write-Line -Text "$($one.Name): all inbound traffic is blocked, whatever rules allow."
        }
    }
    $others = @(Get-NetFirewallRule -PolicyStore ActiveStore -Enabled True -Direction Inbound -ErrorAction Stop |
        Where-Object -FilterScript { [string]$_.Group -ne $Group })
    $allow = @($others | Where-Object -FilterScript { [string]$_.Action -eq 'Allow' })
    $block = @($others | Where-Object -FilterScript { [string]$_.Action -eq 'Block' })
    Write-Line -Text "$($allow.Count) other rules let traffic in, beside those of this script; they stay as they are:"
    $allow | ForEach-Object -Process { "  $($_.DisplayName)" } | Sort-Object -Unique
    if ($block.Count) {
        Write-Line -Text "$($block.Count) other rules block traffic, and win over any rule that allows it:"
        $block | ForEach-Object -Process { "  $($_.DisplayName)" } | Sort-Object -Unique
    }
    $hindrances = @(Get-PolicyHindrance)
    if ($hindrances.Count) {
        $hindrances
        Write-Line -Text "'apply' would refuse for that reason: these rules belong in the policy."
    }
    $cut = @(Get-CutSession)
    if ($cut.Count) {
        $cut
        Write-Line -Text "'apply' would refuse for that reason."
    }
    $lost = @(Get-CutKeep)
    if ($lost.Count) {
        $lost
        Write-Line -Text $KeepAdvice
        Write-Line -Text "'apply' would refuse for that reason."
    }
    Write-Line -Text "This script has $RuleCount rules. Nothing was changed."
}

function Invoke-Apply {
    $hindrances = @(Get-PolicyHindrance)
    if ($hindrances.Count) {
        $hindrances | ForEach-Object -Process { $Host.UI.WriteErrorLine($_) }
        Stop-Here -Text 'refused: these rules belong in the policy (-Action policy). Nothing was changed.'
    }
    $cut = @(Get-CutSession)
    if ($cut.Count) {
        $cut | ForEach-Object -Process { $Host.UI.WriteErrorLine($_) }
        Stop-Here -Text ('refused. Nothing was changed. Give this firewall management = ["rdp"], "winrm" or "ssh" ' +
            '(on another port: "ssh:2222") with admin-computer where you come from, and export again.')
    }
    $lost = @(Get-CutKeep)
    if ($lost.Count) {
        $lost | ForEach-Object -Process { $Host.UI.WriteErrorLine($_) }
        Stop-Here -Text "refused. Nothing was changed. $KeepAdvice"
    }
    $former = Read-State
    if ($former -and $former.Pending) {
        Stop-Here -Text "an earlier apply waits to be confirmed. Run 'confirm' or 'rollback' first. Nothing was changed."
    }
    if (Test-InPlace -State $former) {
        Write-Line -Text 'The rules are in place already. Nothing was changed.'
        return
    }
    if (-not $PSCmdlet.ShouldProcess("the firewall's group '$Group'", "Put in $RuleCount rules, drop what no rule allows")) {
        return
    }
    $run = (Get-Date).ToUniversalTime().ToString('yyyyMMddHHmmssfff')
    $profiles = @(Get-Profiles)
    $first = $profiles
    if ($former) {
        $first = $former.First
        # Going back twice would need rules that this run deletes.
        $former.Back = ($former.Back -and @($former.Before | Where-Object -FilterScript { $_ }).Count -eq 0)
        $former.Older = $null
    }
    if ($former -and -not $former.Run) { $former = $null }
    $old = @(Get-OwnName -Enabled 'False')
    $state = New-Object -TypeName PSObject -Property @{
        Run = $run; Rules = $Rules; Seen = ''; Before = @(Get-OwnName -Enabled 'True'); Profiles = $profiles
        First = $first; Older = $former; Pending = ''; Expired = $false; Back = $true
    }
    New-Item -ItemType Directory -Path $Folder -Force -ErrorAction Stop | Out-Null
    $kept = $null
    if (Test-Path -LiteralPath $StateFile) { $kept = Get-Content -LiteralPath $StateFile -Raw -ErrorAction Stop }
    try {
        if ($ConfirmWithin) {
            $state.Pending = $run
            Write-State -State $state
            Start-Timer -Seconds $ConfirmWithin -Run $run
        } else {
            Write-State -State $state
        }
        Add-OwnRules -Run $run
        Set-Closed
        if ($state.Before.Count) { Disable-NetFirewallRule -Name $state.Before -ErrorAction Stop }
        $state.Seen = Get-Seen
        Write-State -State $state
    } catch {
        $why = [string]$_
        Restore-Former -State $state
        Stop-Timer
        if ($null -ne $kept) {
            Set-Content -LiteralPath $StateFile -Value $kept -Encoding ASCII
        } else {
            Remove-Item -LiteralPath $Folder -Recurse -Force
        }
        Stop-Here -Text "the rules did not go in ($why). Everything is as it was."
    }
    if ($old.Count) { Remove-NetFirewallRule -Name $old -ErrorAction SilentlyContinue }
    Write-Line -Text 'The rules are in place, also after a restart. To undo: -Action rollback'
    if ($ConfirmWithin) {
        Write-Line -Text "All goes back in $ConfirmWithin seconds. Open a NEW session and there run: -Action confirm"
    }
}

function Invoke-Confirm {
    $state = Read-State
    if ($state -and $state.Pending) {
        if (-not $PSCmdlet.ShouldProcess("the firewall's group '$Group'", 'Keep the rules')) { return }
        $state.Pending = ''
        Write-State -State $state
        Stop-Timer
        Write-Line -Text 'Confirmed. The rules stay.'
    } elseif ($state -and $state.Expired) {
        Stop-Here -Text "too late: nobody confirmed in time, and everything went back. Run 'apply' again."
    } else {
        Stop-Here -Text 'nothing waits to be confirmed.'
    }
}

function Invoke-Rollback {
    $state = Read-State
    if (-not $state -or -not $state.Run -or -not $state.Back) {
        Stop-Here -Text 'nothing to go back to: nothing was applied, or it went back already.'
    }
    if (-not $PSCmdlet.ShouldProcess("the firewall's group '$Group'", 'Go back to what was before the last apply')) {
        return
    }
    Restore-Former -State $state
    Step-Back -State $state -Expired $false
    Stop-Timer
    Write-Line -Text 'Everything is as it was before the last apply.'
}

# What the scheduled task runs. The ticket is that of its own apply: a later one has another.
function Invoke-Timer {
    $state = Read-State
    if ($state -and $Ticket -and $state.Pending -eq $Ticket) {
        Restore-Former -State $state
        Step-Back -State $state -Expired $true
    }
    Stop-Timer
}

function Invoke-Status {
    $state = Read-State
    $answer = 1
    if (Test-InPlace -State $state) {
        Write-Line -Text 'The rules of this script are in place.'
        $answer = 0
    } elseif (@(Get-OwnName -Enabled 'True').Count) {
        Write-Line -Text "Other rules than this script's are in place in its group (another export, or changed by hand)."
    } else {
        Write-Line -Text 'The rules of this script are not in place.'
    }
    if ($state -and $state.Pending) {
        Write-Line -Text "They wait for 'confirm', and go back without it."
    } elseif ($state -and $state.Expired) {
        Write-Line -Text 'The last apply went back because nobody confirmed in time.'
    }
    exit $answer
}

function Invoke-Remove {
    $state = Read-State
    if (-not $PSCmdlet.ShouldProcess("the firewall's group '$Group'", 'Take out all rules, and put the profiles back')) {
        return
    }
    if ($state) { Set-Profiles -Profiles $state.First }
    if (@(Get-OwnRule).Count) { Remove-NetFirewallRule -Group $Group -ErrorAction Stop }
    Stop-Timer
    if (Test-Path -LiteralPath $Folder) { Remove-Item -LiteralPath $Folder -Recurse -Force -ErrorAction Stop }
    $parent = Split-Path -Path $Folder -Parent
    if ((Test-Path -LiteralPath $parent) -and @(Get-ChildItem -LiteralPath $parent -Force).Count -eq 0) {
        Remove-Item -LiteralPath $parent -Force -ErrorAction Stop
    }
    # Fails while another firewall's timer is in it, and then it has to stay.
    try {
        $scheduler = New-Object -ComObject 'Schedule.Service'
        $scheduler.Connect()
        $scheduler.GetFolder('\').DeleteFolder('Portwright', 0)
    } catch { $null = $_ }
    Write-Line -Text 'Removed. Nothing of this script is left.'
}

# --- group policy ----------------------------------------------------------------------------------
# All is done in a session of its own and saved as a whole at the end. Machines take it at their next refresh, and
# what the policy has beside our group stays: its profiles too.

function Invoke-Policy {
    param([bool]$PutIn)
    $session = Open-NetGPO -PolicyStore $Policy -ErrorAction Stop
    $old = @(Get-NetFirewallRule -GPOSession $session -ErrorAction Stop |
        Where-Object -FilterScript { [string]$_.Group -eq $Group } | ForEach-Object -Process { $_.Name })
    $change = "Take out the $($old.Count) rules of the group '$Group'"
    if ($PutIn) { $change = "$change, put in $RuleCount" }
    if (-not $PSCmdlet.ShouldProcess("the policy '$Policy'", $change)) { return }
    if ($PutIn) {
        # Each New-NetFirewallRule below this function goes into the session.
        $PSDefaultParameterValues = @{ 'New-NetFirewallRule:GPOSession' = $session }
        $run = (Get-Date).ToUniversalTime().ToString('yyyyMMddHHmmssfff')
        Add-OwnRules -Run $run
    }
    if ($old.Count) { Remove-NetFirewallRule -Name $old -GPOSession $session -ErrorAction Stop }
    Save-NetGPO -GPOSession $session -ErrorAction Stop
    Write-Line -Text "Saved in the policy '$Policy'. To take the rules out: -Action policy-remove"
    if ($PutIn) {
        $closed = 'inbound connections that match no rule are blocked'
        if ($Filtered) { $closed = "$closed, outbound ones too" }
        Write-Line -Text "The profiles are the policy's own, and were not changed: see that each is on, and that $closed."
        Write-Line -Text 'Nothing goes back by itself: try the policy on one machine, and keep a session there open.'
    }
}

# --- start -----------------------------------------------------------------------------------------

$Programs = $env:ProgramFiles
if ($env:ProgramW6432) { $Programs = $env:ProgramW6432 }
$Folder = Join-Path -Path (Join-Path -Path $Programs -ChildPath 'Portwright') -ChildPath $Firewall
$StateFile = Join-Path -Path $Folder -ChildPath 'state.json'

$verbs = 'check', 'apply', 'confirm', 'rollback', 'status', 'remove', 'timer', 'policy', 'policy-remove'
if ($verbs -notcontains $Action -or $ConfirmWithin -lt 0 -or ($ConfirmWithin -and $Action -ne 'apply') -or
    ($Keep.Count -and 'check', 'apply' -notcontains $Action) -or
    [bool]$Policy -ne ('policy', 'policy-remove' -contains $Action)) {
    Stop-Here -Code 2 -Text ('usage: -Action check | apply [-ConfirmWithin SECONDS] [-Keep ADDRESS:PORT,...] | ' +
        "confirm | rollback | status | remove | policy -Policy 'DOMAIN\NAME' | policy-remove -Policy 'DOMAIN\NAME'")
}

# Called with -File, PowerShell hands over several as one text with commas.
$KeepAdvice = 'Add a connection of your own to the plan for what -Keep names ([own.connections.NAME]), and export again.'
$MustStay = @(foreach ($text in @($Keep | ForEach-Object -Process { $_.Split(',') })) {
    $read = Read-Keep -Text $text.Trim()
    if (-not $read) {
        Stop-Here -Code 2 -Text ('-Keep takes an address and a port, such as 192.0.2.7:443, 192.0.2.7:51820/udp or ' +
            "[2001:db8::7]:443, not '$text'.")
    }
    $read
})

# One run at a time. Nobody may keep the timer from going back: it waits, and then goes on anyway.
$lock = New-Object -TypeName System.Threading.Mutex -ArgumentList $false, "Global\Portwright-$Firewall"
try { $mine = $lock.WaitOne(30000) } catch [System.Threading.AbandonedMutexException] { $mine = $true }
if (-not $mine -and $Action -ne 'timer') { Stop-Here -Text 'another run of this script is at work. Try again.' }
try {
    switch ($Action) {
        'check' { Invoke-Check }
        'apply' { Invoke-Apply }
        'confirm' { Invoke-Confirm }
        'rollback' { Invoke-Rollback }
        'status' { Invoke-Status }
        'remove' { Invoke-Remove }
        'timer' { Invoke-Timer }
        'policy' { Invoke-Policy -PutIn $true }
        'policy-remove' { Invoke-Policy -PutIn $false }
    }
} catch {
    Stop-Here -Text ([string]$_)
} finally {
    if ($mine) { $lock.ReleaseMutex() }
}
exit 0
