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
