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
