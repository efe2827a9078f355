#!/bin/sh
# plan 97c28b6504285153, Portwright 0.1.0, facts 2026.2 of 2026-11-27
# reference CHG-2003; requester Print team; review 2028-02-01
# Puts the rules for the firewall edge into nftables, and takes them out again.
# Where there are several scripts for a machine take ONE: that of the tool that runs there.
# RHEL and its kin run firewalld: apply refuses beside it, take firewalld.sh there. Ubuntu has ufw, off.

help_text() {
    cat <<'PORTWRIGHT_END'
usage: sh SCRIPT VERB [OPTION...], as root:
  sh SCRIPT check                        asks the real tool whether it takes the rules, and looks at the machine:
                                         other firewalls, what listens and would be closed, guests; changes nothing, and
                                         ends with 1 where 'apply' would refuse
  sh SCRIPT apply                        puts the rules in; twice is the same as once
  sh SCRIPT apply --confirm-within 120   the same, and all goes back unless 'confirm' comes in 120 seconds
  sh SCRIPT apply --dry-run              says what would change, rule by rule; changes nothing
  sh SCRIPT apply --keep 192.0.2.7:443   refuses where these rules would cut that off: an agent here that calls
                                         192.0.2.7, or, where this machine has the address, who calls it (a tunnel:
                                         192.0.2.7:51820/udp); can stand several times, and in 'check' too
  sh SCRIPT confirm                      keeps what was applied; run it from a NEW session
  sh SCRIPT rollback                     back to what was before the last apply
  sh SCRIPT status                       says what is in place; exit code 0 only if it is this script's rules
  sh SCRIPT apply OPTION...              also where it would refuse: --beside (another firewall filters too),
                                         --overtake (denies lose their effect), --wake (rules of ufw that sleep),
                                         --elsewhere (none of the plan's addresses is here), --cut-guests,
                                         --published (containers' ports stay open), --replace (another plan's rules)
  sh SCRIPT status --diff                what is loaded against what this script holds, rule by rule
  sh SCRIPT install                      has the rules that are in place loaded at every start, before the network
  sh SCRIPT uninstall                    no longer
  sh SCRIPT remove                       takes out all that this script put in, its own notes too

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
Its notes are kept in /var/lib/portwright (or below $PORTWRIGHT_STATE).
PORTWRIGHT_END
}

set -u
umask 077
unset CDPATH
LC_ALL=C
# nft lists times in the reader's zone.
TZ=UTC0
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL TZ PATH

firewall='edge'
format='nftables'
tool='nft'
needs='nft awk cmp diff flock grep mktemp sed setsid tail'
lasting='They last until the machine restarts.'
persistent=''

state_root=${PORTWRIGHT_STATE:-/var/lib/portwright}
case $state_root in
    /*) ;;
    *) state_root=$PWD/$state_root ;;
esac
state=$state_root/$firewall/$format

payload_rules() {
    cat <<'PORTWRIGHT_END'
#!/usr/sbin/nft -f
# PaperCut MF behind a load balancer
# Firewall edge, 2 rules. Written by Portwright.
# Forwarded traffic: this table drops nothing. Where another table does, that one must let the
# same traffic through; in nftables a packet passes only if every table accepts it.
# Forwarding itself (net.ipv4.ip_forward, net.ipv6.conf.all.forwarding) is not switched on by this.
# Each rule has its id first in its comment; the handover documents say why.

table inet portwright_edge
delete table inet portwright_edge

table inet portwright_edge {
    set not_internet_4 {
        type ipv4_addr
        flags interval
        elements = {
            0.0.0.0/8,
            10.0.0.0/8,
            100.64.0.0/10,
            127.0.0.0/8,
            169.254.0.0/16,
            172.16.0.0/12,
            192.0.2.0/24,
            192.168.0.0/16,
            198.51.100.0/26,
            224.0.0.0/3
        }
    }

    chain forward {
        type filter hook forward priority filter; policy accept;
        ct state established,related accept
        icmp type { destination-unreachable, time-exceeded, parameter-problem } accept
        icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept
        ip daddr != @not_internet_4 ip saddr 198.51.100.30 ip daddr 0.0.0.0/0 tcp dport 443 accept comment "r-5c8263476547 r-9d2ecf206819 Scan to Cloud (3), Cloud OCR (2), Global Entitlements Service and 1 more (web-proxy to internet)"
    }
}
PORTWRIGHT_END
}

payload() {
    payload_rules
}

guard_rules() {
    cat <<'PORTWRIGHT_END'

PORTWRIGHT_END
}

machine_facts() {
    cat <<'PORTWRIGHT_END'
# plan: PaperCut MF behind a load balancer
place boundary
hooks forward
PORTWRIGHT_END
}

table=portwright_edge

# --- connections that are older than the rules -----------------------------------------------------
# Where nothing tracked connections before, all of them are new to the kernel, answers that are awaited too. TCP: what
# belongs to an open socket of this machine, in the middle of a connection, goes on; a router does not know sockets,
# so it lets such packets through for some minutes. UDP: the sockets that are connected as the rules come, for as long.
# For other UDP connection tracking looks on for some seconds before anything is dropped.

grace=600
look_on=5

# Before the first rules of ours, which track what comes after them.
nothing_yet() {
    [ -z "$(show_rules 2>/dev/null)" ]
}

# connected_udp FAMILY: 'ADDRESS PORT PEER PORT' of each UDP socket that is connected to one peer, not over loopback.
connected_udp() {
    ss -Hnu state established 2>/dev/null | awk -v family="$1" "$end_function"'
        {
            local = end_of($3)
            if ((local ~ /:.* / ? 6 : 4) == family && local !~ /^(127[.]|::1 )/) print local, end_of($4)
        }' | sort -u | head -n 1000
}

# Has this machine passed packets on since it started?
has_forwarded() {
    awk '$1 == "Ip:" && seen { exit !$at } $1 == "Ip:" { seen = 1; for (at = 1; at < NF && $at != "ForwDatagrams"; at++) { } }' \
        /proc/net/snmp 2>/dev/null || grep -q '^Ip6OutForwDatagrams[[:space:]]*[1-9]' /proc/net/snmp6 2>/dev/null
}

# Programs that ask by UDP without a connected socket have it at a port that the kernel chose.
asks_unconnected() {
    range=$(cat /proc/sys/net/ipv4/ip_local_port_range 2>/dev/null)
    ss -Hnu state unconnected 2>/dev/null | awk -v range="$range" "$end_function"'
        BEGIN { split(range, chosen) }
        { split(end_of($3), here, " "); if (here[2] >= chosen[1] + 0 && here[2] <= chosen[2] + 0) asks = 1 }
        END { exit !asks }'
}

# Is there UDP that only looking on tells from what is new? Not at a start of the machine: there nothing is awaited.
awaited() {
    [ "$verb" = apply ] || return 1
    if [ "$(fact place)" = host ]; then
        asks_unconnected
    else
        has_forwarded
    fi
}

look_on() {
    say "Looking on for $look_on seconds, so that nobody loses an answer that is awaited by UDP."
    sleep "$look_on"
}

grace_ends() {
    date -u -d "@$(($(date +%s) + grace))" "+%Y-%m-%d$1%H:%M:%S"
}

# Nothing to look up before a verb.
prepare() {
    :
}

own_tables() {
    say "inet $table"
}

# A packet passes only where every table lets it: what others deny stays denied.
look_format() {
    :
}

check_rules() {
    payload_rules | nft -c -f -
}

# Lines for connections that are older than the table, each after the name of the chain that it stands in. Kernels and
# tools older than 5.10 and 0.9.7 cannot say them all: they load the rules alone.
older_lines() {
    middle='tcp flags & (syn | ack) == ack'
    note='older than these rules"'
    for_now="meta time < \"$(grace_ends ' ')\""
    if [ "$(fact place)" = boundary ]; then
        [ -z "$fresh" ] || say "forward $for_now $middle accept comment \"TCP connections $note"
        return
    fi
    say "input $middle socket wildcard 0 accept comment \"TCP connections $note"
    say "output $middle socket wildcard 0 accept comment \"TCP connections $note"
    [ -n "$fresh" ] || return 0
    for family in 4 6; do
        peers=$(connected_udp "$family")
        [ -n "$peers" ] || continue
        match="ip${family#4} saddr . udp sport . ip${family#4} daddr . udp dport"
        in=$(printf '%s\n' "$peers" | awk '{ printf "%s%s . %s . %s . %s", (NR > 1 ? ", " : ""), $3, $4, $1, $2 }')
        out=$(printf '%s\n' "$peers" | awk '{ printf "%s%s . %s . %s . %s", (NR > 1 ? ", " : ""), $1, $2, $3, $4 }')
        say "input $for_now $match { $in } accept comment \"UDP sockets $note"
        say "output $for_now $match { $out } accept comment \"UDP sockets $note"
    done
}

with_older() {
    {
        older_lines
        printf '=\n'
        payload_rules
    } | awk '
        $0 == "=" && !begun { begun = 1; next }
        !begun { chain = $1; sub(/^[a-z]+ /, ""); lines[chain] = lines[chain] "        " $0 "\n"; next }
        { print }
        $1 == "chain" { here = $2 }
        $0 ~ /^ *ct state established,related accept$/ { printf "%s", lines[here] }'
}

load_rules() {
    fresh=
    if nothing_yet; then
        fresh=yes
        if awaited; then
            printf 'table inet %s {\n    chain look {\n        type filter hook forward priority filter\n%s\n    }\n}\n' \
                "$table" '        ct state new' | nft -f - || return 1
            look_on
        fi
    fi
    if with_older | nft -c -f - 2>/dev/null; then
        with_older | nft -f -
    else
        payload_rules | nft -f -
    fi
}

show_rules() {
    nft -s list table inet "$table" 2>/dev/null
}

# Rules with their chain before them, addresses of sets with their set; nothing of how tables are replaced.
only_rules() {
    awk '
        NF == 0 || /^[^[:space:]]/ || /^ *#/ || $1 == "}" { next }
        $1 == "chain" || $1 == "set" { kind = $1; name = $2; next }
        kind == "set" && ($1 == "type" || $1 == "flags" || $0 ~ /[{]$/) { next }
        { sub(/^[[:space:]]+/, ""); print name, $0 }'
}

save_state() {
    if text=$(nft list table inet "$table" 2>/dev/null); then
        printf '%s\n' "$text" | store "$1/table.nft"
    else
        # Nothing of ours is there. A tool that cannot even list is another matter.
        nft list tables >/dev/null && mark "$1/table.nft"
    fi
}

# One transaction: makes sure that there is a table to delete, deletes it, makes the saved one.
restore_state() {
    [ -f "$1/table.nft" ] || return 1
    {
        printf 'table inet %s\ndelete table inet %s\n' "$table" "$table"
        cat "$1/table.nft"
    } | nft -f -
}

remove_rules() {
    printf 'table inet %s\ndelete table inet %s\n' "$table" "$table" | nft -f -
}

# --- messages --------------------------------------------------------------------------------------

# What is said where a run ends early; another word after it has taken back an apply that was cut off.
untouched='Nothing was changed.'
not_confirmed="An earlier apply waits to be confirmed. Run 'confirm' or 'rollback' first."

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s: %s\n' "portwright ($firewall, $format)" "$*" >&2
    exit 1
}

usage() {
    help_text >&2
    exit 2
}

# --- the SSH connection that this runs over --------------------------------------------------------

# What ss prints of one end of a connection, as 'ADDRESS PORT'.
# shellcheck disable=SC2016  # it is awk
end_function='
function end_of(end) {
    gsub(/[][]/, "", end)
    sub(/%[^:]*/, "", end)
    if (end ~ /^::ffff:[0-9]+\./) sub(/^::ffff:/, "", end)
    match(end, /:[0-9]+$/)
    return substr(end, 1, RSTART - 1) " " substr(end, RSTART + 1)
}'

# Prints 'client client-port server server-port' for each SSH connection that this script may run over.
ssh_connections() {
    # sshd names the connection in the environment; sudo and su drop it, the processes above still have it.
    told=${SSH_CONNECTION-}
    process=$$
    while [ -z "$told" ] && [ "${process:-0}" -gt 1 ]; do
        told=$(tr '\000' '\n' 2>/dev/null <"/proc/$process/environ" | sed -n 's/^SSH_CONNECTION=//p' | head -n 1)
        process=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$process/status" 2>/dev/null)
    done
    told=$(printf '%s' "$told" | tr -cd '0-9a-fA-F.:% ' | sed 's/::ffff:\([0-9.]*\.\)/\1/g; s/%[^ ]*//g')
    live=
    if command -v ss >/dev/null; then
        live=$(ss -Htnp state established 2>/dev/null | awk "$end_function"'
            /[(]"(sshd|dropbear)/ { print end_of($4), end_of($3) }')
    fi
    # A tmux or screen session outlives the connection that it was started over: then any could be ours.
    if [ -n "$told" ]; then
        say "$told"
        if printf '%s\n' "$live" | grep -Fqx -e "$told"; then
            return
        fi
    fi
    if [ -n "$live" ]; then
        say "$live"
    fi
}

# read_keep ADDRESS:PORT[/udp]: prints 'ADDRESS PORT TRANSPORT'; an address with colons stands in brackets.
read_keep() {
    transport=tcp
    case $1 in
        */tcp | */udp) transport=${1##*/} ;;
        */*) return 1 ;;
        *) ;;
    esac
    end=${1%/*}
    address=${end%:*}
    port=${end##*:}
    case $address in
        \[*:*\]) address=$(printf '%s' "$address" | tr -d '[]') ;;
        *:*) return 1 ;;
        *) ;;
    esac
    case $port in
        '' | *[!0-9]* | ??????* | 0*) return 1 ;;
        *) [ "$port" -le 65535 ] || return 1 ;;
    esac
    case $address in
        '' | *[!0-9a-fA-F.:]*) return 1 ;;
        *) ;;
    esac
    awk -v address="$address" "$address_functions"'
        BEGIN {
            if (address ~ /:/) known = address !~ /[^:][^:][^:][^:][^:]|[.]/
            else known = address ~ /^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$/
            count = length(bits(address))
            exit !(known && (count == 33 || count == 129))
        }' &&
        say "$address $port $transport"
}

# Prints 'from port to port WAY-TRANSPORT' for what --keep names: what calls in to an address of this machine ('-'
# where nobody is seen to), or what this machine calls elsewhere.
kept_connections() {
    printf '%s\n' "$keeps" | while read -r address port transport; do
        [ -n "$address" ] || continue
        # shellcheck disable=SC2016  # it is awk
        if ip -o address show 2>/dev/null | awk -v address="$address" "$address_functions"'
            $3 ~ /^inet/ { sub(/[/].*/, "", $4); if (bits($4) == bits(address)) mine = 1 }
            END { exit !mine }'; then
            callers=$(ss -Hn --"$transport" state established "sport = :$port" 2>/dev/null | awk -v address="$address" \
                -v port="$port" -v way="in-$transport" "$address_functions$end_function"'
                {
                    split(end_of($3), here, " ")
                    split(end_of($4), caller, " ")
                    if (bits(here[1]) == bits(address)) print caller[1], 0, address, port, way
                }' | sort -u)
            say "${callers:-- 0 $address $port in-$transport}"
        else
            own=$(ip route get "$address" 2>/dev/null | sed -n 's/.* src \([^ ]*\).*/\1/p' | head -n 1)
            say "${own:--} 0 $address $port out-$transport"
        fi
    done
}

# Addresses as texts of bits, and lists of networks that hold them.
# shellcheck disable=SC2016  # it is awk
address_functions='
function bits(address,   parts, count, i, left, text, group, j) {
    text = ""
    if (address !~ /:/) {
        if (split(address, parts, ".") != 4) return ""
        for (i = 1; i <= 4; i++) text = text octet[parts[i] + 0]
        return "4" text
    }
    left = address
    count = gsub(/:/, ":", left)
    if (address ~ /::/) {
        # As many zero groups as are left out.
        left = ":"
        for (i = count; i < 8; i++) left = left "0:"
        sub(/::/, left, address)
        sub(/^:/, "0:", address)
        sub(/:$/, ":0", address)
    }
    if (split(address, parts, ":") != 8) return ""
    for (i = 1; i <= 8; i++) {
        group = substr("0000" tolower(parts[i]), length(parts[i]) + 1)
        for (j = 1; j <= 4; j++) text = text nibble[substr(group, j, 1)]
    }
    return "6" text
}
function holds(list, address,   items, count, i, parts) {
    if (list == "-") return 0
    count = split(list, items, ",")
    for (i = 1; i <= count; i++) {
        if (!(items[i] in prefix)) {
            split(items[i], parts, "/")
            prefix[items[i]] = substr(bits(parts[1]), 1, 1 + parts[2])
        }
        if (index(address, prefix[items[i]]) == 1) return 1
    }
    return 0
}
BEGIN {
    for (i = 0; i < 256; i++) {
        text = ""
        for (j = 128; j >= 1; j /= 2) text = text (int(i / j) % 2)
        octet[i] = text
    }
    for (i = 0; i < 16; i++) nibble[substr("0123456789abcdef", i + 1, 1)] = substr(octet[i], 5)
}'

# Reads guard_rules, prints each of $connections (separated by ';') that the rules would cut.
# shellcheck disable=SC2016  # it is awk
guard_program='
function has_port(list, port,   items, count, i, ends) {
    count = split(list, items, ",")
    for (i = 1; i <= count; i++) {
        split(items[i], ends, "-")
        if (ends[1] + 0 <= port && port <= ends[2] + 0) return 1
    }
    return 0
}
function own(address) {
    return address ~ /^127\./ || address == "::1"
}
BEGIN {
    total = split(connections, each, ";")
    for (i = 1; i <= total; i++) {
        split(each[i], field, " ")
        client[i] = bits(field[1])
        anybody[i] = field[1] == "-"
        server[i] = bits(field[3])
        way[i] = field[5] == "" ? "in-tcp" : field[5]
        port[i] = field[4] + 0
        cut[i] = 0
        loop[i] = own(field[1]) || own(field[3]) || field[1] == field[3]
    }
}
$1 == "closed" || $1 == "closed-out" {
    for (i = 1; i <= total; i++) if (way[i] ~ ($1 == "closed" ? "^in-" : "^out-")) cut[i] = 1
    next
}
{
    word = $1 ~ /-/ ? $1 : $1 "-in-tcp"
    for (i = 1; i <= total; i++)
        if ((word == "allow-" way[i] || word == "take-" way[i]) && has_port($2, port[i]) &&
            (anybody[i] || (holds($3, client[i]) && !holds($5, client[i]))) &&
            holds($4, server[i]) && !holds($6, server[i])) cut[i] = (word ~ /^take/)
}
END {
    for (i = 1; i <= total; i++) if (cut[i] && !loop[i] && each[i] != "") print each[i]
}'

# Prints a sentence for each connection that these rules would cut, SSH or what --keep names; true if there is none.
guard() {
    connections=$({ ssh_connections; kept_connections; } | tr '\n' ';')
    connections=${connections%;}
    [ -n "$connections" ] || return 0
    threatened=$(guard_rules | awk -v connections="$connections" "$address_functions$guard_program") || {
        say "The SSH connection could not be held against the rules (awk failed)."
        return 1
    }
    [ -n "$threatened" ] || return 0
    printf '%s\n' "$threatened" | while read -r client _ server port way; do
        case $way,$client in
            ,*) say "These rules would cut the SSH connection from $client to $server port $port." ;;
            in-*,-) say "These rules would let nobody in to $server port $port/${way#in-} (--keep)." ;;
            in-*) say "These rules would no longer let $client in to $server port $port/${way#in-} (--keep)." ;;
            *) say "These rules would not let this machine out to $server port $port/${way#out-} (--keep)." ;;
        esac
    done
    printf '%s\n' "$threatened" | while read -r _ _ _ port way; do
        case $way,$port in
            ,22) say 'Give this firewall management = ["ssh"] with admin-computer where you come from, and export again.' ;;
            ,*) say "Give this firewall management = [\"ssh:$port\"] with admin-computer where you come from, and export again." ;;
            *) say "Add a connection of your own to the plan for what --keep names ([own.connections.NAME], ports = [\"$port\"]), and export again." ;;
        esac
    done | sort -u
    if [ -z "$keeps" ]; then
        say 'Only SSH is looked after: name what else must stay (mosh, a VPN, an agent that calls out) with --keep ADDRESS:PORT.'
    fi
    return 1
}

# --- the machine that this lands on ----------------------------------------------------------------
# What stands here beside these rules, a line each: an option and a sentence. 'apply' refuses where the option was
# not given; '-' is only said.

note() {
    printf '%s %s\n' "$1" "$2" | tr -cd '[:print:]\n'
}

# fact NAME: the words behind NAME in the lines of machine_facts.
fact() {
    machine_facts | sed -n "s/^$1 //p"
}

look() {
    look_addresses
    look_other_rules
    look_other_formats
    if [ "$(fact place)" = host ]; then
        look_listening
        look_guests
        look_published
    fi
    look_format
}

# Rules for addresses that nobody here has would close all.
look_addresses() {
    [ -n "$(fact covers)" ] || return 0
    mine=$(ip -o address show 2>/dev/null | sed -n 's/.* inet6\{0,1\} \([^ /]*\).* scope global.*/\1/p')
    [ -n "$mine" ] || return 0
    # shellcheck disable=SC2016  # it is awk
    fact covers | awk -v mine="$mine" "$address_functions"'
        { count = split(mine, each, "\n"); for (i = 1; i <= count; i++) if (holds($1, bits(each[i]))) here = 1 }
        END { exit !here }' ||
        note --elsewhere "This machine has none of the addresses of these rules ($(fact covers | tr '\n' ' ' | sed 's/ $//')); it has $(printf '%s' "$mine" | tr '\n' ' ')."
}

# Reads 'nft -s list ruleset', prints 'drops|some TABLE' for what drops in one of the hooks: all but what it lets
# through, or single packets. Tables that `own` names are left out.
# shellcheck disable=SC2016  # it is awk
tables_program='
function say(what) { if (!((what, table) in said)) print what, table; said[what, table] = 1 }
/^table / {
    table = $2 " " $3
    skipped = 0
    count = split(own, names, ";")
    for (i = 1; i <= count; i++) if (names[i] != "" && table == names[i]) skipped = 1
    base = ours = 0
    next
}
skipped { next }
/^[[:space:]]*chain / {
    base = 0
    ours = $2 ~ /^pw_.*_(in|out|fwd)$/
    if ($2 ~ /^ufw6?-user-input$/) print "ufw", table
    next
}
/^[[:space:]]*type filter hook/ {
    base = index(" " hooks " ", " " $4 " ") > 0
    if (base && /policy drop/) say("drops")
    next
}
/^[[:space:]]*(counter )?(drop|reject( with .*)?)$/ { if (ours) say("portwright"); else if (base) say("drops"); next }
/ (drop|reject)( |$)/ { if (base) say("some") }'

look_other_rules() {
    hooks=$(fact hooks)
    if command -v nft >/dev/null; then
        nft -s list ruleset 2>/dev/null | awk -v own="$(own_tables)" -v hooks="$hooks" "$tables_program"
    fi | sort -u | while read -r what table; do
        case $what,$table in
            drops,*' firewalld') note --beside "firewalld is at work here (table $table): what it does not let in stays closed. Take firewalld.sh, or stop firewalld." ;;
            drops,*' portwright_'*) note --beside "Rules of another nftables.sh are in place (table $table): what they do not allow stays closed. Remove them first." ;;
            portwright,*) note --beside "Rules of another iptables.sh are in place (table $table): what they do not allow stays closed. Remove them first." ;;
            ufw,*) note --beside "ufw is at work here (table $table): what it does not let in stays closed. Take ufw.sh, or 'ufw disable'." ;;
            drops,*) note --beside "Another firewall drops all that it does not allow (table $table): the plan's connections must be allowed there too." ;;
            *) note - "The table $table drops some packets, and goes on doing so." ;;
        esac
    done
    case $(own_tables) in
        *legacy*) ;;
        *) look_legacy ;;
    esac
}

# The older back end of iptables filters beside the tables of nftables.
look_legacy() {
    [ -s /proc/net/ip_tables_names ] && command -v iptables-legacy-save >/dev/null || return 0
    for hook in $hooks; do
        chain=$(printf '%s' "$hook" | tr '[:lower:]' '[:upper:]')
        if iptables-legacy-save -t filter 2>/dev/null | grep -Eq "^:$chain DROP|^-A $chain -j (DROP|REJECT|pw_)|^-A pw_.* -j DROP"; then
            note --beside "iptables-legacy drops what it does not allow (chain $chain): the plan's connections must be allowed there too."
        fi
    done
}

# ufw's and firewalld's own tables hold what other scripts of ours put there; their notes tell.
look_other_formats() {
    for other in "$state_root"/*/ufw "$state_root"/*/firewalld; do
        if [ "$other" != "$state" ] && [ -f "$other/rules" ]; then
            name=${other%/*}
            note --beside "Rules of ${other##*/}.sh for the firewall ${name##*/} are in place too: what either allows or drops counts. Remove them first."
        fi
    done
}

# 'transport port program' for each socket that waits for others than this machine itself.
listening() {
    if command -v ss >/dev/null; then
        ss -Hlntup 2>/dev/null | awk '{ print $1, $5, $7 }'
    else
        netstat -lntup 2>/dev/null | awk '/^(tcp|udp)/ { print substr($1, 1, 3), $4, $NF }'
    fi | awk '
        { end = $2; gsub(/[][]/, "", end); sub(/%[^:]*/, "", end) }
        end ~ /^127\./ || end ~ /^::1:/ || end ~ /^::ffff:127\./ { next }
        match(end, /:[0-9]+$/) {
            port = substr(end, RSTART + 1)
            program = $3
            sub(/^users:[(][(]"/, "", program)
            sub(/".*/, "", program)
            sub(/^[0-9]+\//, "", program)
            # Clients of DHCP are let in without a rule.
            if ($1 == "udp" && (port == 68 || port == 546)) next
            print $1, port, (program == "" || program == "-" ? "?" : program)
        }' | sort -u
}

# What listens and what no rule lets in, by program.
look_listening() {
    closed=$({ fact open | sed 's/^/open /'; listening; } | awk '
        $1 == "open" { allowed[$2] = allowed[$2] "," $3; next }
        {
            count = split(allowed[$1], ranges, ",")
            for (i = 1; i <= count; i++) {
                split(ranges[i], ends, "-")
                if (ends[1] + 0 <= $2 && $2 <= ends[2] + 0) next
            }
            if (++number <= 20) text = text (text == "" ? "" : ", ") $3 " (" $2 "/" $1 ")"
        }
        END { print text (number > 20 ? " and " number - 20 " more" : "") }')
    if [ -n "$closed" ]; then
        note - "Would be closed to new connections, no rule allows it: $closed."
    fi
}

# Bridges with guests that get addresses and names from this machine, and what carries a VPN.
look_guests() {
    serves=$(listening | grep -E '^(udp 67|udp 53|tcp 53) ' | head -n 1)
    for folder in /sys/class/net/*; do
        device=${folder##*/}
        if [ -d "$folder/bridge" ] && ! fact guests | grep -Fqx -e "$device"; then
            if [ -n "$serves" ]; then
                note --cut-guests "Guests on $device get addresses and names from this machine (${serves##* }), and would get none. Give this firewall guests = [\"$device\"] in the plan."
            else
                note - "Guests on the bridge $device reach this machine only where a rule allows it; guests = [\"$device\"] lets them ask it for addresses and names."
            fi
        elif [ -e "$folder/tun_flags" ] || grep -q '^DEVTYPE=wireguard' "$folder/uevent" 2>/dev/null; then
            note - "There is a VPN interface, $device: the port that carries it needs a rule, or the tunnel ends when its connection is forgotten."
        fi
    done
}

# Published ports, and lines 'plan TRANSPORT PORTS ENGINE' before them: 'beyond' are those that the plan does not
# name, 'waiting' what it names and nobody publishes.
# shellcheck disable=SC2016  # it is awk
published_program='
$1 == "plan" { for (i = split($3, runs, ","); i >= 1; i--) { plans++; run[plans] = runs[i]; transport[plans] = $2; engine[plans] = $4 } next }
NF == 1 {
    split($1, half, "/")
    split(half[1], span, "[:-]")
    first = span[1] + 0
    last = (span[2] == "" ? span[1] : span[2]) + 0
    named = 0
    for (i = 1; i <= plans; i++) {
        split(run[i], ends, "-")
        if (transport[i] != half[2]) continue
        if (ends[1] + 0 <= last && first <= ends[2] + 0) seen[i] = 1
        if (ends[1] + 0 <= first && last <= ends[2] + 0) named = 1
    }
    if (!named) beyond = beyond (beyond == "" ? "" : " ") $1
}
END {
    for (i = 1; i <= plans; i++) if (!(i in seen)) {
        split(run[i], ends, "-")
        waiting = waiting (waiting == "" ? "" : ", ") (ends[1] == ends[2] ? ends[1] : run[i]) "/" transport[i] " (" engine[i] ")"
    }
    if (beyond != "") print "beyond", beyond
    if (waiting != "") print "waiting", waiting
}'

# Ports that a container engine publishes are forwarded before any rule for this machine itself is asked.
look_published() {
    ports=$(
        {
            nft -s list ruleset 2>/dev/null
            if [ -s /proc/net/ip_tables_names ]; then
                iptables-legacy-save -t nat 2>/dev/null
            fi
        } | sed -n 's/.*\(tcp\|udp\) .*dport[ s]*\([0-9][0-9:-]*\).*\(dnat\|DNAT\).*/\2\/\1/p' | sort -u
    )
    sorted_out=$({ fact published | sed 's/^/plan /'; printf '%s\n' "$ports"; } | awk "$published_program")
    beyond=$(printf '%s\n' "$sorted_out" | sed -n 's/^beyond //p')
    waiting=$(printf '%s\n' "$sorted_out" | sed -n 's/^waiting //p')
    if [ -n "$beyond" ]; then
        note --published "Ports are published to containers or guests ($beyond): they are open whatever these rules say, for they never end on this machine itself."
    fi
    if [ -n "$waiting" ]; then
        note - "Nothing publishes these ports of the plan at present: $waiting. They are filtered as soon as it does."
    fi
}

# The options that the reader would have to name, and has not.
refused() {
    while read -r option sentence; do
        if [ "$option" != - ] && ! accepted "$option"; then
            say "$option $sentence"
        fi
    done
}

# --- state -----------------------------------------------------------------------------------------
# saved/   what was there before the last apply, as save_state wrote it; in it start, where a unit loaded one then
# boot     which start of the machine that was
# rules    the rules that were applied last; seen: how the tool listed them then; plan: which plan they are of
# older/   the same files of the apply before
# loading  there from before the first change of an apply until its notes are whole
# loaded   for how many seconds the apply that waits to be confirmed was at work
# pending  a word of its own for the apply that waits to be confirmed; timer: the process that waits
# expired  there if the last apply went back because nobody confirmed
# new/, next/, gone/  on their way to saved/, to older/ and back, and to nowhere: 'settle' ends what was cut off

parts='saved boot rules seen plan older'

# Why the notes cannot be kept there, a sentence.
bad_state() {
    for folder in "$state_root" "$state_root/$firewall" "$state"; do
        if [ -h "$folder" ]; then
            say "$folder is a symbolic link; it must be a folder of its own."
            return
        fi
    done
    if [ -d "$state" ] && [ -z "$(find "$state" -prune -user 0 ! -perm -020 ! -perm -002)" ]; then
        say "$state must belong to root, and nobody else may write there."
    fi
}

# hold SECONDS: false where the notes cannot be kept, then 'bad' says why, or where another run is at work.
hold() {
    bad=$(bad_state)
    [ -z "$bad" ] || return 1
    bad="cannot write to $state."
    [ -d "$state" ] || mkdir -p "$state" || return 1
    command exec 9>>"$state/lock" || return 1
    bad=
    # BusyBox's flock cannot wait.
    tenths=0
    until flock -n 9; do
        [ "$tenths" -lt "${1}0" ] || return 1
        if sleep 0.1 2>/dev/null; then
            tenths=$((tenths + 1))
        else
            sleep 1
            tenths=$((tenths + 10))
        fi
    done
}

open_state() {
    hold 20 && return
    [ -z "$bad" ] || fail "$bad $untouched"
    return 1
}

# store FILE: what comes in stands there as a whole, or not at all.
store() {
    if cat >"$1.new" && mv -f "$1.new" "$1"; then
        return
    fi
    rm -f "$1.new"
    return 1
}

# mark FILE: it is there, and empty. A ':' in place of 'true' would end the shell where it cannot be.
mark() {
    true >"$1"
}

busy() {
    fail "another run of this script is at work. Try again."
}

# Before a message: a terminal that is held (Ctrl+S) must not hold the timer.
close_state() {
    exec 9>&-
}

this_boot() {
    cat /proc/sys/kernel/random/boot_id 2>/dev/null || say unknown
}

same_boot() {
    [ "$(cat "$state/boot" 2>/dev/null)" = "$(this_boot)" ]
}

in_place() {
    [ -f "$state/rules" ] && [ -f "$state/seen" ] || return 1
    payload | cmp -s - "$state/rules" || return 1
    show_rules 2>/dev/null | cmp -s - "$state/seen"
}

# After a restart of the machine the timer is gone, and what it guarded with it.
pending() {
    [ -s "$state/pending" ] && same_boot
}

push_state() {
    rm -rf "$state/older/older"
    for part in $parts; do
        [ ! -e "$state/$part" ] || mv "$state/$part" "$state/next/$part" || return 1
    done
    mv "$state/next" "$state/older" && mv "$state/new" "$state/saved" && this_boot | store "$state/boot"
}

# Each step can be the last one before a power cut, or fail: then 'settle' goes on from there.
pop_state() {
    # saved/ is the earlier one's with new/ there (not moved aside yet) or gone/ (unpacked already).
    if [ -d "$state/saved" ] && [ ! -d "$state/new" ] && [ ! -d "$state/gone" ]; then
        mv "$state/saved" "$state/gone" || return 1
    fi
    rm -rf "$state/new" || return 1
    if [ ! -d "$state/next" ]; then
        for part in boot rules seen plan pending loading loaded; do
            rm -f "${state:?}/$part" || return 1
        done
        [ ! -d "$state/older" ] || mv "$state/older" "$state/next" || return 1
    fi
    # What is unpacked was whole: nothing of it may be taken for an apply that was cut off.
    rm -f "$state/loading" && unpack_next
}

unpack_next() {
    for part in $parts; do
        [ ! -e "$state/next/$part" ] || mv "$state/next/$part" "$state/$part" || return 1
    done
    # Without gone/ the way back has ended: whoever asks for one then asks for the one before. next/ is empty, and
    # where it cannot be taken away the next run does that.
    rm -rf "$state/gone" || return 1
    rm -rf "$state/next" 2>/dev/null || true
}

# An apply or a way back that was cut off: the machine goes back to what was before it.
settle() {
    end_what_was_cut_off || fail "cannot write to $state. $untouched"
    rm -rf "$state/new"
}

end_what_was_cut_off() {
    if [ -d "$state/gone" ]; then
        pop_state
    elif [ -d "$state/next" ]; then
        rm -f "$state/loading" && unpack_next
    elif [ -d "$state/older" ] && [ ! -d "$state/saved" ]; then
        mv "$state/older" "$state/next" && rm -f "$state/loading" && unpack_next
    elif [ ! -d "$state/saved" ]; then
        # Cut off before it had saved what was there: it has changed nothing.
        rm -f "$state/loading"
    elif [ -e "$state/loading" ]; then
        if [ -n "$persistent" ] || same_boot; then
            restore_state "$state/saved" || fail "an apply was cut off, and $tool did not take back what was there before. It is kept in $state/saved."
        fi
        stop_timer
        start_back
        cut_off='An earlier apply was cut off in the middle: what was there before it is back'
        pop_state || fail "$cut_off, but $state could not be written: run '$verb' once more."
        untouched='Nothing else was changed.'
        say "$cut_off." >&2
    fi
}

# --- the timer -------------------------------------------------------------------------------------
# A process in a session of its own: it outlives the shell, the terminal and the connection.

start_timer() {
    rm -f "$state/timer" "$state/loaded" || return 1
    if ! grep -q '^#portwright-script$' "$0" 2>/dev/null; then
        say "--confirm-within needs this script as a file: sh /path/to/script apply --confirm-within $1" >&2
        return 1
    fi
    if ! { store "$state/script" <"$0" && say "$2" | store "$state/pending"; }; then
        say "cannot write to $state: is the disk full?" >&2
        return 1
    fi
    PORTWRIGHT_STATE=$state_root setsid sh "$state/script" timer "$1" "$2" </dev/null >/dev/null 2>&1 9>&- &
    tries=0
    until [ -s "$state/timer" ]; do
        tries=$((tries + 1))
        [ "$tries" -le 50 ] || return 1
        sleep 0.1 2>/dev/null || sleep 1
    done
}

# Only with the state open: a timer that is at work holds it.
stop_timer() {
    # What waits still is still taken back.
    rm -f "$state/pending" || return 1
    if [ -s "$state/timer" ]; then
        read -r process <"$state/timer"
        if tr '\000' ' ' 2>/dev/null <"/proc/$process/cmdline" | grep -Fq "$state/script timer"; then
            kill -s KILL -- "-$process" 2>/dev/null
        fi
        rm -f "$state/timer"
    fi
    return 0
}

# insist COMMAND...: again and again for five minutes, until it succeeds.
insist() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt 60 ] || return 1
        sleep 5
    done
}

run_timer() {
    trap '' HUP INT QUIT
    # systemd may end all processes of a login session that drops: step out of its group.
    if [ -d /run/systemd/system ]; then
        for group in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/systemd/cgroup.procs; do
            if [ -w "$group" ]; then
                echo 0 2>/dev/null >"$group"
            fi
        done
    fi
    say "$$" >"$state/timer.new" && mv "$state/timer.new" "$state/timer" || exit 1
    sleep "$1"
    # The time counts from when the rules were in.
    if [ ! -s "$state/loaded" ]; then
        # Nobody may keep it from going back: an apply that hangs loses its lock.
        hold 30
        close_state
    fi
    if [ -s "$state/loaded" ]; then
        sleep "$(cat "$state/loaded")"
    fi
    hold 30
    [ "$(cat "$state/pending" 2>/dev/null)" = "$2" ] || exit 0
    # A disk that takes no more words must not keep it from going back.
    command exec 2>>"$state/timer.log"
    insist restore_state "$state/saved" || exit 1
    insist pop_state || exit 1
    rm -f "$state/timer"
    mark "$state/expired"
    [ -z "$persistent" ] || take_down
}

# --- at every start of the machine -----------------------------------------------------------------
# A unit of our own loads our rules and nobody else's, before the network. Formats that last by themselves have one
# only while a confirmation is awaited: it takes back what nobody has confirmed.

unit=portwright-$firewall-$format

# PORTWRIGHT_INIT names it where it cannot be seen, as in an image that does not run yet. What runs counts before
# what is there as well: Debian with OpenRC may have systemd's programs.
init_system() {
    if [ -n "${PORTWRIGHT_INIT-}" ]; then
        say "$PORTWRIGHT_INIT"
    elif [ -d /run/systemd/system ]; then
        say systemd
    elif [ -d /run/openrc ]; then
        say openrc
    elif command -v systemctl >/dev/null && [ -d /etc/systemd/system ]; then
        say systemd
    elif command -v rc-update >/dev/null && [ -d /etc/init.d ]; then
        say openrc
    fi
}

unit_file() {
    case $(init_system) in
        systemd) say "/etc/systemd/system/$unit.service" ;;
        openrc) say "/etc/init.d/$unit" ;;
        *) ;;
    esac
}

installed() {
    [ -n "$(unit_file)" ] && [ -f "$(unit_file)" ] && [ -f "$state/start" ]
}

systemd_unit() {
    say '[Unit]'
    say "Description=Rules of the firewall $firewall ($format), written by Portwright"
    if [ -n "$persistent" ]; then
        say "After=$format.service"
    else
        say 'DefaultDependencies=no'
        say 'Wants=network-pre.target'
        say 'Before=network-pre.target shutdown.target'
        say 'After=local-fs.target systemd-modules-load.service nftables.service netfilter-persistent.service'
        say 'Conflicts=shutdown.target'
    fi
    say "RequiresMountsFor=$state_root"
    say ''
    say '[Service]'
    say 'Type=oneshot'
    say 'RemainAfterExit=yes'
    say "Environment=PORTWRIGHT_STATE=$state_root"
    say "ExecStart=/bin/sh $state/start boot"
    say ''
    say '[Install]'
    if [ -n "$persistent" ]; then
        say 'WantedBy=multi-user.target'
    else
        say 'WantedBy=sysinit.target'
    fi
}

openrc_script() {
    say '#!/sbin/openrc-run'
    say "description=\"Rules of the firewall $firewall ($format), written by Portwright\""
    say 'depend() {'
    say '    need localmount'
    if [ -n "$persistent" ]; then
        say "    after $format"
    else
        say '    before net'
        say '    after nftables iptables ip6tables'
    fi
    say '}'
    say 'start() {'
    say "    ebegin 'Loading the rules of the firewall $firewall'"
    say "    PORTWRIGHT_STATE=$state_root /bin/sh $state/start boot"
    say "    eend \$?"
    say '}'
}

# set_up SCRIPT: the unit runs a copy of SCRIPT from the next start on.
set_up() {
    case $state in
        *[!A-Za-z0-9/._-]*)
            say "the name of the folder $state holds characters that a unit cannot." >&2
            return 1
            ;;
        *) ;;
    esac
    file=$(unit_file)
    if [ -z "$file" ]; then
        say "there is neither systemd nor OpenRC. Have this run at every start: sh $state/start boot" >&2
        return 1
    fi
    grep -q '^#portwright-script$' "$1" 2>/dev/null && store "$state/start" <"$1" || return 1
    if [ "$(init_system)" = systemd ]; then
        systemd_unit | store "$file" && chmod 644 "$file" || return 1
        # It cannot where systemd does not run, as in an image.
        systemctl daemon-reload >/dev/null 2>&1
        systemctl enable "$unit.service" >/dev/null 2>&1
    else
        openrc_script | store "$file" && chmod 755 "$file" && rc-update add "$unit" boot >/dev/null 2>&1
    fi
}

# False where something of it is left.
take_down() {
    rm -f "$state/start" || return 1
    file=$(unit_file)
    [ -n "$file" ] && [ -f "$file" ] || return 0
    if [ "$(init_system)" = systemd ]; then
        systemctl disable "$unit.service" >/dev/null 2>&1
        rm -f "$file" || return 1
        systemctl daemon-reload >/dev/null 2>&1
    else
        rc-update del "$unit" boot >/dev/null 2>&1
        rm -f "$file" || return 1
    fi
    return 0
}

# After an apply that stays, or a confirmation: the unit loads what is in place now. `1` is that script.
keep_up() {
    if [ -n "$persistent" ]; then
        take_down
    elif installed; then
        store "$state/start" <"$1"
    fi
}

# save_start FOLDER: what the unit loads now.
save_start() {
    [ ! -f "$state/start" ] || store "$1/start" <"$state/start"
}

# With the rules goes what is loaded at the start, back to what it was before the apply; what was uninstalled since
# stays so.
start_back() {
    if [ -n "$persistent" ] || [ ! -f "$state/saved/start" ]; then
        take_down
    elif installed; then
        # A rename needs no place on the disk.
        store "$state/start" <"$state/saved/start" || mv -f "$state/saved/start" "$state/start"
    fi
}

do_install() {
    open_state || busy
    settle
    own_plan
    if pending; then
        fail "these rules wait to be confirmed. Run 'confirm' first. $untouched"
    fi
    in_place || fail "the rules of this script are not in place. Run 'apply' first. $untouched"
    if [ -n "$persistent" ]; then
        say "Nothing to do: $lasting"
        return
    fi
    set_up "$0" || fail "could not be set up for the start of the machine."
    say "The rules are loaded at every start, before the network, by $(unit_file)."
}

do_uninstall() {
    if [ -d "$state" ]; then
        open_state || busy
    fi
    if [ -n "$persistent" ]; then
        fail "nothing was installed: $lasting"
    fi
    take_down || fail "not all of it could be removed: run 'uninstall' once more."
    say "The rules are no longer loaded at the start. Those that are in place stay until then."
}

# What the unit runs. What was never confirmed goes back; what was installed is loaded.
do_boot() {
    open_state || busy
    if [ -s "$state/pending" ] && ! same_boot; then
        if [ -n "$persistent" ]; then
            restore_state "$state/saved" || fail "$tool did not take back what was saved in $state/saved."
            untouched='Nothing else was changed.'
        fi
        pop_state
        mark "$state/expired"
        say "The rules were never confirmed: what was there before them is back."
    fi
    settle
    if [ -n "$persistent" ]; then
        take_down
    elif ! in_place; then
        load_rules || fail "$tool did not load the rules."
        payload | store "$state/rules" && show_rules | store "$state/seen" && say "$plan" | store "$state/plan"
    fi
}

# Whether they will be there after a restart, a sentence.
outlook() {
    if [ -n "$persistent" ]; then
        say "$lasting"
    elif ! installed; then
        say "They last until the machine restarts: 'install' has them loaded at every start."
    elif sh "$state/start" payload 2>/dev/null | cmp -s - "$state/rules"; then
        say "They are loaded again at every start, by $(unit_file)."
    else
        say "At the next start the rules of another export are loaded. Run 'install' with this one."
    fi
}

# --- verbs -----------------------------------------------------------------------------------------

# What speaks against an apply, a line each: an option and a sentence. '-' is only said, '!' is refused whatever the
# option.
objections() {
    guard | sed 's/^/! /'
    # What was cut off in the middle goes back first.
    if [ ! -e "$state/loading" ] && [ ! -d "$state/gone" ] && [ ! -d "$state/next" ]; then
        ! pending || note '!' "$not_confirmed"
        ! other_plan || note --replace "$(whose)"
    fi
    bad_state | sed 's/^/! /'
    if in_place; then
        # What is in place already it does not refuse.
        look | sed 's/^[^ ]* /- /'
    else
        look
    fi
}

# Says what speaks against an apply; true where it goes on all the same. 'check' asks the same, in the same words.
goes_on() {
    sights=$(objections)
    [ -n "$sights" ] || return 0
    printf '%s\n' "$sights" | while read -r option sentence; do
        say "$sentence"
        case $option in
            - | !) ;;
            *) accepted "$option" || say "    'apply' would refuse without $option." ;;
        esac
    done
    hindrances=$(printf '%s\n' "$sights" | refused)
    [ -n "$hindrances" ] || return 0
    way=
    if ! printf '%s\n' "$hindrances" | grep -q '^!'; then
        missing=$(printf '%s\n' "$hindrances" | sed 's/ .*//' | sort -u | tr '\n' ' ')
        way=" If you want it all the same, say so: $(again "${missing% }")"
    fi
    return 1
}

do_check() {
    check_rules || fail "$tool does not take these rules. Nothing was changed."
    say "$tool takes these rules. Nothing was changed."
    goes_on || fail "'apply' would refuse.$way"
}

# again OPTIONS: this very command, with these too.
again() {
    [ "$verb" != check ] || verb=apply
    say "sh $0 $verb${seconds:+ --confirm-within $seconds}$options $1"
}

# After a load that failed. What cannot go back keeps its notes: 'rollback' and 'remove' try again.
take_back() {
    if ! restore_state "$state/saved"; then
        fail "$tool did not load the rules, and did not take back what was there before either. It is kept in $state/saved: try 'rollback'."
    fi
    stop_timer
    start_back
    pop_state
}

seconds_up() {
    sed 's/[. ].*//' /proc/uptime
}

do_apply() {
    check_rules || fail "$tool does not take these rules. Nothing was changed."
    goes_on >&2 || fail "refused. Nothing was changed.$way"
    # From here to the end nothing may leave it half done.
    trap '' HUP INT QUIT TERM
    open_state || busy
    settle
    own_plan
    if pending; then
        fail "$not_confirmed $untouched"
    fi
    if in_place; then
        say "The rules are in place already. $untouched"
        return
    fi
    stop_timer || fail "cannot write to $state. $untouched"
    if ! { mkdir "$state/new" && save_state "$state/new" && save_start "$state/new" && mkdir "$state/next"; }; then
        rm -rf "$state/new" "$state/next"
        fail "cannot save what is there now to $state. $untouched"
    fi
    if ! { mark "$state/loading" && push_state && payload | store "$state/rules" && say "$plan" | store "$state/plan" && rm -f "$state/expired"; }; then
        pop_state
        fail "cannot write to $state. $untouched"
    fi
    began=$(seconds_up)
    if [ -n "$1" ] && ! start_timer "$1" "$$-$(date +%s)"; then
        stop_timer
        pop_state
        fail "the timer did not start. $untouched"
    fi
    if [ -n "$1" ] && [ -n "$persistent" ]; then
        # A restart ends the timer: then a unit takes back what nobody has confirmed.
        set_up "$state/script" 2>/dev/null
    fi
    if ! load_rules; then
        take_back
        fail "$tool did not load the rules. Everything is as it was."
    fi
    if ! { show_rules | store "$state/seen" && [ -s "$state/seen" ]; }; then
        take_back
        fail "cannot write to $state. Everything is as it was."
    fi
    if [ -n "$1" ]; then
        say "$(($(seconds_up) - began))" >"$state/loaded"
    fi
    if ! rm -f "$state/loading"; then
        take_back
        fail "cannot write to $state. Everything is as it was."
    fi
    [ -n "$1" ] || keep_up "$0"
    rest=$(outlook)
    close_state
    say "The rules are in place. To undo: sh $0 rollback"
    if [ -n "$1" ]; then
        say "All goes back in $1 seconds. Open a NEW session and there run: sh $0 confirm"
    fi
    say "$rest"
}

# Two plans may call their firewalls the same: neither takes the other's rules away without a word.
own_plan() {
    if ! other_plan || accepted --replace; then
        return
    fi
    whose >&2
    case $verb in
        apply) way="To put this plan's in their place: $(again --replace)" ;;
        install) way="Put this plan's in their place first: sh $0 apply --replace" ;;
        *) way="To take them out all the same: $(again --replace)" ;;
    esac
    fail "refused. $untouched $way"
}

whose() {
    say "The rules that are in place under the name $firewall are of another plan: $(cat "$state/plan")."
}

other_plan() {
    [ -s "$state/plan" ] && [ "$(cat "$state/plan")" != "$plan" ]
}

# accepted OPTION: the reader has said so by name.
accepted() {
    case " $options " in
        *" $1 "*) return 0 ;;
        *) return 1 ;;
    esac
}

do_confirm() {
    open_state || busy
    settle
    if pending; then
        stop_timer || fail "cannot write to $state: the rules wait to be confirmed as before."
        keep_up "$state/script"
        rest=$(outlook)
        close_state
        say "Confirmed. The rules stay. $rest"
    elif [ -f "$state/expired" ]; then
        fail "too late: nobody confirmed in time, and everything went back. Run 'apply' again."
    else
        fail "nothing waits to be confirmed."
    fi
}

do_rollback() {
    open_state || busy
    if [ -d "$state/gone" ]; then
        # The way back itself was cut off, or could not write: this ends it, and goes no further back.
        settle
        close_state
        say "Everything is as it was before the last apply."
        return
    fi
    if [ -e "$state/loading" ] && [ -d "$state/saved" ]; then
        settle
        return
    fi
    settle
    [ -d "$state/saved" ] || fail "nothing to go back to: nothing was applied, or it went back already."
    [ -n "$persistent" ] || same_boot || fail "the machine was restarted since the last apply: its rules went then. See 'status'."
    trap '' HUP INT QUIT TERM
    restore_state "$state/saved" || fail "$tool did not take back what was saved in $state/saved."
    stop_timer
    start_back
    pop_state || fail "everything is as it was before the last apply, but $state could not be written: run 'rollback' once more."
    close_state
    say "Everything is as it was before the last apply."
}

# What changes: lines of the first text with '-', of the second with '+'.
changes() {
    diff -U 0 "$1" "$2" | sed -n '1,2d; s/^-/- /p; s/^+/+ /p'
}

# What is loaded against what this script holds: what it would load instead, else what somebody changed since.
show_changes() {
    work=$(mktemp -d) || return 1
    payload | only_rules >"$work/ours"
    show_rules 2>/dev/null | only_rules >"$work/now"
    mark "$work/nothing"
    if [ ! -s "$work/now" ]; then
        changes "$work/nothing" "$work/ours"
    elif [ ! -f "$state/rules" ]; then
        changes "$work/now" "$work/nothing"
        changes "$work/nothing" "$work/ours"
    elif payload | cmp -s - "$state/rules"; then
        only_rules <"$state/seen" >"$work/seen"
        changes "$work/now" "$work/seen"
    else
        only_rules <"$state/rules" >"$work/rules"
        changes "$work/rules" "$work/ours"
    fi
    rm -rf "$work"
}

say_changes() {
    changed=$(show_changes)
    if [ -n "$changed" ]; then
        say "$1 (- goes, + comes):"
        say "$changed"
    else
        say "$1 no rule, only what stands around them."
    fi
}

# What 'apply' would say and do, rule by rule.
try_out() {
    (do_check)
    answer=$?
    if in_place; then
        say "The rules are in place already: nothing would change."
    else
        say_changes "'apply' would change"
    fi
    return "$answer"
}

do_status() {
    if [ -d "$state" ]; then
        open_state || busy
    fi
    answer=1
    if in_place; then
        say "The rules of this script are in place."
        answer=0
    elif [ -n "$(show_rules 2>/dev/null)" ]; then
        if other_plan; then
            say "The rules in place under its name are of another plan: $(cat "$state/plan")."
        else
            say "Other rules than this script's are in place under its name (another export, or changed by hand)."
        fi
    else
        say "The rules of this script are not in place."
    fi
    if [ -e "$state/loading" ]; then
        say "An apply was cut off in the middle. 'rollback' goes back to what was before it."
    elif [ -d "$state/gone" ]; then
        say "A way back was cut off in the middle. 'rollback' ends it."
    elif pending; then
        say "They wait for 'confirm', and go back without it."
    elif [ -f "$state/expired" ]; then
        say "The last apply went back because nobody confirmed in time."
    elif [ -s "$state/pending" ] && [ -n "$persistent" ]; then
        say "They were never confirmed, and the machine was restarted since: 'rollback' takes them back."
    elif [ -s "$state/pending" ] && [ "$answer" -ne 0 ]; then
        say "They were never confirmed, and went when the machine was restarted."
    fi
    if [ "$answer" -eq 0 ]; then
        outlook
    elif accepted --diff; then
        say_changes "'apply' would change"
    fi
    return "$answer"
}

do_remove() {
    if [ -d "$state" ]; then
        open_state || busy
    fi
    own_plan
    remove_rules || fail "$tool did not remove the rules."
    left="the rules are out, but not all that belongs to them could be removed: run 'remove' once more."
    take_down || fail "$left"
    if [ -d "$state" ]; then
        stop_timer || fail "$left"
    fi
    rm -rf "${state:?}" || fail "$left"
    rmdir "$state_root/$firewall" 2>/dev/null
    if [ -z "${PORTWRIGHT_STATE-}" ]; then
        rmdir "$state_root" 2>/dev/null
    fi
    say "Removed. Nothing of this script is left."
}

# --- start -----------------------------------------------------------------------------------------

read_options() {
    while [ $# -gt 0 ]; do
        case $verb,$1 in
            apply,--confirm-within)
                seconds=${2-}
                case $seconds in
                    '' | *[!0-9]* | ???????* | 0*) usage ;;
                    *) ;;
                esac
                shift
                ;;
            apply,--keep | check,--keep)
                keep=$(read_keep "${2-}") || {
                    say "--keep takes an address and a port, such as 192.0.2.7:443, 192.0.2.7:51820/udp or [2001:db8::7]:443, not '${2-}'." >&2
                    usage
                }
                keeps="$keeps$keep
"
                case $2 in
                    \[*) options="$options $1 '$2'" ;;
                    *) options="$options $1 $2" ;;
                esac
                shift
                ;;
            apply,--replace | remove,--replace | apply,--dry-run | status,--diff) options="$options $1" ;;
            apply,--beside | apply,--overtake | apply,--wake | apply,--elsewhere | apply,--cut-guests | apply,--published | \
                check,--beside | check,--overtake | check,--wake | check,--elsewhere | check,--cut-guests | check,--published | check,--replace)
                options="$options $1"
                ;;
            *) usage ;;
        esac
        shift
    done
}

#portwright-script
main() {
    verb=${1-}
    seconds=
    options=
    keeps=
    case $verb in
        help | -h | --help)
            help_text
            exit 0
            ;;
        confirm | rollback | install | uninstall | boot | payload) [ $# -eq 1 ] || usage ;;
        check | apply | remove | status)
            shift
            read_options "$@"
            ;;
        timer) [ $# -eq 3 ] || usage ;;
        *) usage ;;
    esac
    [ "$(id -u)" -eq 0 ] || fail "run this as root."
    for program in $needs; do
        command -v "$program" >/dev/null || fail "the program $program is missing. Nothing was changed."
    done
    plan=$(fact '# plan:')
    prepare || exit 1
    case $verb in
        timer) run_timer "$2" "$3" ;;
        apply)
            if accepted --dry-run; then
                try_out
            else
                do_apply "$seconds"
            fi
            ;;
        payload) payload ;;
        *) "do_$verb" ;;
    esac
}

# The last line: a script that arrived in part does nothing.
main "$@"
