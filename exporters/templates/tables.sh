# An IPv6 that this machine does not speak needs no rules; one that it speaks without ip6tables is refused.
families() {
    printf '4\n'
    if [ -e /proc/net/if_inet6 ] && command -v ip6tables-restore >/dev/null; then
        printf '6\n'
    fi
}

ipt() {
    if [ "$1" = 6 ]; then
        program=ip6tables${back_end-}$2
    else
        program=iptables${back_end-}$2
    fi
    shift 2
    "$program" "$@"
}

# What is there, one a line: 'policy FAMILY TABLE CHAIN POLICY' ('-' for a chain that is not built in) as iptables
# says it; 'loopback FAMILY TABLE CHAIN OPTION' for a rule that lets all of loopback through; 'chain FAMILY TABLE
# CHAIN', with '-' for the table itself, as the kernel has it: with the nf_tables back end, tables and built-in
# chains come with the first rule, and iptables shows them always.
standing() {
    for family in $(families); do
        ipt "$family" -save 2>/dev/null | awk -v family="$family" '
            /^[*]/ { table = substr($1, 2) }
            /^:/ { print "policy", family, table, substr($1, 2), $2 }
            /^-A (INPUT -i|OUTPUT -o) lo -j ACCEPT$/ { print "loopback", family, table, $2, $3 }'
        if command -v nft >/dev/null; then
            nft list chains "ip${family#4}" 2>/dev/null | awk -v family="$family" '
                $1 == "table" && ($3 == "filter" || $3 == "nat") { table = $3; print "chain", family, table, "-" }
                $1 == "table" && $3 != "filter" && $3 != "nat" { table = "" }
                $1 == "chain" && table != "" { print "chain", family, table, $2 }'
        fi
    done
}

# give_back FILE: tables and built-in chains that FILE, an earlier 'standing', does not name go again, where they
# are empty and let all through. The legacy back end cannot give them back, and nobody minds.
give_back() {
    [ -f "$1" ] && ipt 4 -save --version 2>/dev/null | grep -q nf_tables || return 0
    standing | grep '^chain ' | while read -r _ family table chain; do
        grep -Fqx "chain $family $table $chain" "$1" && continue
        listing=$(ipt "$family" -save -t "$table" 2>/dev/null)
        if printf '%s\n' "$listing" | grep -q "^:$chain ACCEPT" &&
            ! printf '%s\n' "$listing" | grep -q "^-A $chain "; then
            ipt "$family" "" -t "$table" -X "$chain" 2>/dev/null
        fi
    done
    standing | grep '^chain .* -$' | while read -r _ family table _; do
        if ! grep -Fqx "chain $family $table -" "$1" &&
            ! nft list table "ip${family#4}" "$table" 2>/dev/null | grep -Eq '^[[:space:]]+[a-z]'; then
            nft delete table "ip${family#4}" "$table" 2>/dev/null
        fi
    done
    return 0
}

back_end_now() {
    if iptables-save --version 2>/dev/null | grep -q legacy; then
        say legacy
    else
        say nft
    fi
}

own_tables() {
    case ${back_end:--$(back_end_now)} in
        *legacy) say legacy ;;
        *) say 'ip filter;ip6 filter' ;;
    esac
}

# older_lines FAMILY EXTENT: lines for connections that are older than the rules, each after 'in', 'out' or 'fwd'. The
# extent: 'all', 'sockets' where the kernel cannot say times, 'none' where it does not know sockets either.
older_lines() {
    middle='-p tcp -m tcp --tcp-flags SYN,ACK ACK'
    for_now="-m time --datestop $(grace_ends T)"
    if [ "$(fact place)" = boundary ]; then
        [ -z "$fresh" ] || [ "$2" != all ] || say "fwd $middle $for_now -j ACCEPT"
        return
    fi
    [ "$2" != none ] || return 0
    say "in $middle -m socket -j ACCEPT"
    say "out $middle -m owner --socket-exists -j ACCEPT"
    [ -n "$fresh" ] && [ "$2" = all ] || return 0
    connected_udp "$1" | while read -r here port peer peer_port; do
        say "in -s $peer -d $here -p udp -m udp --sport $peer_port --dport $port $for_now -j ACCEPT"
        say "out -s $here -d $peer -p udp -m udp --sport $port --dport $peer_port $for_now -j ACCEPT"
    done
}

# look_by CHAIN: has connections tracked for a while by a rule that lets all go on.
look_by() {
    for family in $(families); do
        printf '*filter\n:%s - [0:0]\n-I FORWARD -j %s\n-A %s -m conntrack --ctstate NEW\nCOMMIT\n' "$1" "$1" "$1" |
            ipt "$family" -restore --noflush --wait 10 || return 1
    done
    look_on
}
