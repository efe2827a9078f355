# An IPv6 that this machine does not speak needs no rules; one that it speaks without ip6tables is refused.
families() {
    printf '4\n'
    if [ -e /proc/net/if_inet6 ] && command -v ip6tables-restore >/dev/null; then
        printf '6\n'
    fi
}

ipt() {
    if [ "$1" = 6 ]; then
        program=ip6tables$2
    else
        program=iptables$2
    fi
    shift 2
    "$program" "$@"
}

# Tables and chains that are there, one a line: 'FAMILY TABLE -' and 'FAMILY TABLE CHAIN POLICY'.
standing() {
    for family in $(families); do
        ipt "$family" -save 2>/dev/null | awk -v family="$family" '
            /^[*]/ { table = substr($1, 2); print family, table, "-" }
            /^:/ { print family, table, substr($1, 2), $2 }'
    done
}

# give_back FILE: with the nf_tables back end, tables and built-in chains come with the first rule. Those that
# FILE, an earlier 'standing', does not name and that are empty go again. The legacy back end cannot give them
# back; they are empty and let all through.
give_back() {
    [ -f "$1" ] && [ -z "$(show_rules)" ] || return 0
    iptables-save --version 2>/dev/null | grep -q nf_tables || return 0
    standing | while read -r family table chain policy; do
        if [ "$policy" = ACCEPT ] && ! grep -q "^$family $table $chain " "$1" &&
            ! ipt "$family" -save -t "$table" 2>/dev/null | grep -q "^-A $chain "; then
            ipt "$family" "" -t "$table" -X "$chain" 2>/dev/null
        fi
    done
    command -v nft >/dev/null || return 0
    standing | while read -r family table chain _; do
        kind=ip$(printf '%s' "$family" | tr -d 4)
        if [ "$chain" = - ] && ! grep -q "^$family $table -" "$1" &&
            ! nft list table "$kind" "$table" 2>/dev/null | grep -Eq '^[[:space:]]+[a-z]'; then
            nft delete table "$kind" "$table" 2>/dev/null
        fi
    done
    return 0
}
