# What is ours in the listing on standard input, in the form that 'transaction' takes. Every rule that jumps
# to us is told by its place in its chain.
# shellcheck disable=SC2016  # it is awk
own_program='
function ours(chain) { return index(chain, prefix) == 1 }
function close_table() {
    if (text != "") printf "*%s\n%sCOMMIT\n", table, names text
    names = text = ""
    split("", place)
}
/^[*]/ { close_table(); table = substr($1, 2) }
/^:/ && ours(substr($1, 2)) { names = names $1 " - [0:0]\n" }
$1 == "-A" && ours($2) { text = text $0 "\n" }
$1 == "-A" && !ours($2) {
    place[$2]++
    if (NF == 4 && $3 == "-j" && ours($4)) {
        text = text "-I " $2 " " (places ? place[$2] " " : "") "-j " $4 "\n"
        place[$2]--
    }
}
END { close_table() }'

# Which rules deny in the hooks of ours: 'first' those before which nothing lets anything in (they keep their
# place before ours), 'later' those that ours would come before. A rule that denies all, in itself or by a chain,
# is no ban: it is the end of somebody else's rules, and ours come before it.
# shellcheck disable=SC2016  # it is awk
denies_program='
function target(line,   words, count, i) {
    count = split(line, words, " ")
    for (i = 1; i < count; i++) if (words[i] == "-j") return words[i + 1]
    return ""
}
function bare(line) {
    gsub(/ -m comment --comment ("([^"\\]|\\.)*"|[^ ]+)/, "", line)
    return line
}
function whole(line) { return line ~ /^-A [^ ]+ -j [^ ]+( --reject-with [a-z0-9-]+)?$/ }
function ours(chain) { return index(chain, prefix) == 1 }
function denies(verdict) { return verdict == "DROP" || verdict == "REJECT" || shuts(verdict) }
# Nothing comes through this chain.
function shuts(chain,   i) {
    for (i = 1; (chain, i) in rule; i++) {
        if (denies(to[chain, i])) { if (for_all[chain, i]) return 1 }
        else if (to[chain, i] !~ /^(LOG|NFLOG)$/ && !only_denies(to[chain, i])) return 0
    }
    return 0
}
function only_denies(chain,   i) {
    if (!((chain, 1) in rule)) return 0
    for (i = 1; (chain, i) in rule; i++)
        if (to[chain, i] !~ /^(DROP|REJECT|RETURN|LOG|NFLOG)$/ && !only_denies(to[chain, i])) return 0
    return 1
}
# It denies all but what RETURN takes out before.
function sieves(chain) { return !(chain in built_in) && only_denies(chain) && !shuts(chain) }
function tell(word, chain, i,   verdict, j) {
    verdict = to[chain, i]
    if (denies(verdict) && (!for_all[chain, i] || sieves(chain))) print word, rule[chain, i]
    else if (!((word, verdict) in visited)) {
        visited[word, verdict] = 1
        for (j = 1; (verdict, j) in rule; j++) tell(word, verdict, j)
    }
}
/^[*]/ { table = substr($1, 2); next }
table != "filter" { next }
$1 == "-A" {
    line = bare($0)
    if (ours($2) || ours(target(line))) next
    rule[$2, ++count[$2]] = $0
    to[$2, count[$2]] = target(line)
    for_all[$2, count[$2]] = whole(line)
}
END {
    hooks_count = split(hooks, hook, " ")
    for (h = 1; h <= hooks_count; h++) built_in[toupper(hook[h])] = 1
    for (h = 1; h <= hooks_count; h++) {
        chain = toupper(hook[h])
        for (lead = 0; (chain, lead + 1) in rule; lead++)
            if (denies(to[chain, lead + 1]) ? for_all[chain, lead + 1] : !only_denies(to[chain, lead + 1])) break
        print "lead", chain, lead
        for (i = 1; (chain, i) in rule; i++) tell(i <= lead ? "first" : "later", chain, i)
    }
}'

# denials FAMILY
denials() {
    ipt "$1" -save -t filter 2>/dev/null | awk -v prefix="$prefix" -v hooks="$(fact hooks)" "$denies_program"
}

look_format() {
    if ipt 4 -save -t filter 2>/dev/null | grep -q '^-A INPUT -j ufw-before-input'; then
        note --beside "ufw is at work here: its rules would no longer be asked. Take ufw.sh, or 'ufw disable'."
        return
    fi
    for family in $(families); do
        first=$(denials "$family" | sed -n 's/^first -A //p' | tr '\n' ';')
        later=$(denials "$family" | sed -n 's/^later -A //p' | tr '\n' ';')
        if [ -n "$first" ]; then
            note - "These rules deny before the plan's, and keep their effect (IPv$family): ${first%;}"
        fi
        if [ -n "$later" ]; then
            note --overtake "The plan's rules come before these, so what they deny would come in where a rule of the plan allows it (IPv$family): ${later%;}"
        fi
    done
}

# iptables has two back ends, and a machine can be switched from one to the other while rules stand in the first:
# they go on filtering there, so everything of ours stays in the one that was noted.
prepare() {
    noted=
    [ ! -s "$state/back_end" ] || read -r noted <"$state/back_end"
    [ -z "$noted" ] || [ "$noted" = "$(back_end_now)" ] || use_back_end "$noted" ||
        fail "the rules stand in iptables' other back end ($noted), and its programs are missing. Nothing was changed."
}

# use_back_end NAME: true if this machine has it.
use_back_end() {
    command -v "iptables-$1-save" >/dev/null && command -v "iptables-$1-restore" >/dev/null || return 1
    back_end=-$1
}

# own FAMILY [1]: what of ours is in place; with 1 with the places of the jumps.
own() {
    ipt "$1" -save 2>/dev/null | awk -v prefix="$prefix" -v places="${2-}" "$own_program"
}

# First the listing of now, then a line '=', then what shall be: prints what leads from one to the other.
# shellcheck disable=SC2016  # it is awk
transaction_program='
function ours(chain) { return index(chain, prefix) == 1 }
$0 == "=" { wanted = 1; next }
/^#/ || /^COMMIT/ || NF == 0 { next }
$1 == "lead" { lead[$2] = $3; next }
/^[*]/ { table = substr($1, 2); next }
!wanted && $1 == ":DOCKER-USER" { users[table] = 1 }
!wanted && /^:/ && ours(substr($1, 2)) { have[table] = have[table] substr($1, 2) " " }
!wanted && $1 == "-A" && !ours($2) {
    if (NF == 4 && $3 == "-j" && ours($4)) out[table] = out[table] "-D " $2 " -j " $4 "\n"
    else others[table, $2]++
}
!wanted { next }
/^:/ { named[table, substr($1, 2)] = 1; names[table] = names[table] $0 "\n"; next }
# Docker keeps what stands in DOCKER-USER, and asks it first as soon as it starts.
$1 == "-I" && $2 == "DOCKER-USER" && !users[table] { names[table] = names[table] ":DOCKER-USER - [0:0]\n"; users[table] = 1 }
$1 == "-I" {
    if (table == "filter") $3 += lead[$2]
    if ($3 > others[table, $2] + 1) $3 = others[table, $2] + 1
    others[table, $2]++
}
{ text[table] = text[table] $0 "\n" }
END {
    split("filter nat", tables, " ")
    for (i = 1; i <= 2; i++) {
        table = tables[i]
        if (have[table] == "" && text[table] == "" && names[table] == "") continue
        count = split(have[table], old, " ")
        gone = ""
        for (j = 1; j <= count; j++) if (!((table, old[j]) in named)) {
            names[table] = names[table] ":" old[j] " - [0:0]\n"
            gone = gone "-X " old[j] "\n"
        }
        printf "*%s\n%s%s%s%sCOMMIT\n", table, names[table], out[table], text[table], gone
    }
}'

# transaction FAMILY: what leads from what is there now to the rules on standard input.
transaction() {
    {
        if [ -n "${after_denies-}" ]; then
            denials "$1" | grep '^lead '
        fi
        ipt "$1" -save 2>/dev/null
        printf '=\n'
        cat
    } | awk -v prefix="$prefix" "$transaction_program"
}

# put FAMILY [--test]: the rules on standard input, instead of ours that are in place, in one step a table.
put() {
    steps=$(transaction "$1") || return 1
    [ -n "$steps" ] || return 0
    printf '%s\n' "$steps" | ipt "$1" -restore --noflush --wait 10 ${2+"$2"}
}

check_rules() {
    after_denies=yes
    if [ -e /proc/net/if_inet6 ] && ! command -v ip6tables-restore >/dev/null; then
        say "This machine speaks IPv6, and ip6tables-restore is missing: IPv6 would stay as it is." >&2
        return 1
    fi
    for family in $(families); do
        ipt "$family" -save >/dev/null || return 1
        "payload_rules$family" | put "$family" --test || return 1
    done
}

with_older() {
    {
        older_lines "$1" "$2"
        printf '=\n'
        "payload_rules$1"
    } | awk -v prefix="$prefix" '
        $0 == "=" && !begun { begun = 1; next }
        !begun { chain = prefix $1; sub(/^[a-z]+/, "-A " chain); lines[chain] = lines[chain] $0 "\n"; next }
        { print }
        $0 ~ /^-A [^ ]+ -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT$/ { printf "%s", lines[$2] }'
}

# As much of it as the kernel and iptables can say: the rules always.
load_rules() {
    after_denies=yes
    fresh=
    if nothing_yet; then
        fresh=yes
        ! awaited || look_by "${prefix}look" || return 1
    fi
    for family in $(families); do
        for extent in all sockets none; do
            if with_older "$family" "$extent" | put "$family" --test 2>/dev/null; then
                break
            fi
        done
        with_older "$family" "$extent" | put "$family" || return 1
    done
}

show_rules() {
    for family in $(families); do
        own "$family" | sed "s/^/$family /"
    done
}

only_rules() {
    grep -E '^([46] )?-[AI] '
}

save_state() {
    for family in $(families); do
        own "$family" 1 | store "$1/rules$family" || return 1
    done
    standing | store "$1/standing" || return 1
    if [ -z "$(show_rules)" ]; then
        # From nothing: that is what there was before us, whatever is applied after.
        standing | store "$state/first" && back_end_now | store "$state/back_end"
    fi
}

restore_state() {
    after_denies=
    # Nothing is touched before all is known to be there.
    [ -f "$1/standing" ] || return 1
    for family in $(families); do
        [ -f "$1/rules$family" ] || return 1
    done
    for family in $(families); do
        put "$family" <"$1/rules$family" || return 1
    done
    give_back_users_chain "$1/standing"
    give_back "$1/standing"
    if [ -z "$(show_rules)" ]; then
        rm -f "$state/first" "$state/back_end" || true
    fi
}

remove_rules() {
    take_out || return 1
    give_back_users_chain "$state/first"
    give_back "$state/first"
    # Without notes they could stand in the other back end as well.
    for other in nft legacy; do
        if (use_back_end "$other" && [ -n "$(show_rules)" ]); then
            (use_back_end "$other" && take_out) || return 1
        fi
    done
}

# The chain that Docker has for its users came with our jump to it, where Docker was not there yet. It stays where
# Docker has made it its own since, or somebody wrote into it: then iptables does not let go of it.
give_back_users_chain() {
    [ -f "$1" ] || return 0
    for family in $(families); do
        if ! grep -Fqx "policy $family filter DOCKER-USER -" "$1"; then
            ipt "$family" "" -t filter -X DOCKER-USER 2>/dev/null
        fi
    done
    return 0
}

take_out() {
    for family in $(families); do
        put "$family" </dev/null || return 1
    done
}
