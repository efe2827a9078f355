etc=/etc/ufw
defaults=/etc/default/ufw

# Nothing to look up before a verb.
prepare() {
    :
}

# Rules of others in ufw: they come first while ufw is on, and sleep while it is off.
look_format() {
    if [ -z "$open_forward" ] && ! active && forwards && [ "$(setting DEFAULT_FORWARD_POLICY "$defaults")" != ACCEPT ]; then
        note --cut-guests "This machine forwards packets, and with ufw on it would no longer (DEFAULT_FORWARD_POLICY=DROP). Name the guests' interfaces in the plan (guests = [...]), or set that policy in $defaults."
    fi
    theirs=$({ others "$etc/user.rules" && others "$etc/user6.rules"; } 2>/dev/null)
    [ -n "$theirs" ] || return 0
    listed=$(ufw show added 2>/dev/null | grep '^ufw' | grep -v " comment 'portwright $firewall: ")
    if ! active; then
        note --wake "ufw is off, and these rules in it would begin to work, before the plan's: $(printf '%s' "$listed" | tr '\n' ';')"
    elif printf '%s\n' "$listed" | grep -Eq '^ufw (deny|reject|limit|insert [0-9]+ (deny|reject|limit))'; then
        note - "These rules of ufw come before the plan's: $(printf '%s\n' "$listed" | grep -E ' (deny|reject|limit) ' | tr '\n' ';')"
    fi
}

# In ufw's files a rule is a line '### tuple ###' and what follows it, up to the next empty line. This reads the
# blocks to put in, a line '=', and a file; it prints the file with these blocks instead of ours.
# shellcheck disable=SC2016  # it is awk
with_program='
function bare(line) { sub(/ comment=.*/, "", line); return line }
!second && $0 == "=" { second = 1; next }
!second && /^### tuple/ { block[++count] = $0 "\n"; key[count] = bare($0); next }
!second { if (NF) block[count] = block[count] $0 "\n"; next }
NF == 0 { if (held) print ""; held = 1; inside = 0; next }
/^### tuple/ {
    inside = index($0, " comment=" mark) > 0
    if (inside) held = 0
    else theirs[bare($0)] = 1
}
inside { next }
# What others have already stays theirs.
/^### END RULES/ {
    for (i = 1; i <= count; i++) if (!(key[i] in theirs)) printf "\n%s", block[i]
    ended = 1
}
{
    if (held) print ""
    held = 0
    print
}
END { if (held) print ""; if (!ended) exit 3 }'

# with FILE BLOCKS
with() {
    {
        cat "$2"
        printf '=\n'
        # The file as it is shipped lacks the mark that ends the rules: ufw writes it the first time.
        if grep -q '^### END RULES' "$1"; then
            cat "$1"
        else
            sed 's/^### RULES ###$/&\n\n### END RULES ###/' "$1"
        fi
    } | awk -v mark="$mark" "$with_program"
}

# ours FILE: our blocks in it.
ours() {
    awk -v mark="$mark" '
        /^### tuple/ { inside = index($0, " comment=" mark) > 0; if (inside) print "" }
        NF == 0 { inside = 0 }
        inside { print }' "$1"
}

# others FILE: the rules of others, one a line.
others() {
    grep '^### tuple' "$1" 2>/dev/null | grep -v " comment=$mark"
}

# put FILE: what comes in stands in FILE in one step, with the owner and mode that it had.
put() {
    if cp -p "$1" "$1.portwright" && cat >"$1.portwright" && [ -s "$1.portwright" ]; then
        mv -f "$1.portwright" "$1" && return
    fi
    # A disk that is full, or nothing came in: none of ufw's files is ever empty.
    rm -f "$1.portwright"
    return 1
}

# put_rules FILE NEW: the same for a file of rules, which ends with COMMIT.
put_rules() {
    [ "$(grep . "$2" | tail -n 1)" = COMMIT ] && put "$1" <"$2"
}

setting() {
    sed -n "s/^$1=\"\\{0,1\\}\\([^\"]*\\)\"\\{0,1\\}[[:space:]]*\$/\\1/p" "$2" | tail -n 1
}

active() {
    ufw status 2>/dev/null | grep -q '^Status: active'
}

speaks_six() {
    case $(setting IPV6 "$defaults") in
        yes | YES) return 0 ;;
        *) return 1 ;;
    esac
}

families_of_ufw() {
    if speaks_six; then
        families
    else
        say 4
    fi
}

# write_ours FOLDER DEFAULTS: puts the rules of the payload into these files of ufw.
write_ours() {
    wanted=$(mktemp -d) || return 1
    good=0
    payload_rules4 >"$wanted/user.rules" && payload_rules6 >"$wanted/user6.rules" || good=1
    for name in user.rules user6.rules; do
        with "$1/$name" "$wanted/$name" >"$wanted/new" && put_rules "$1/$name" "$wanted/new" || good=1
    done
    payload_profile >"$1/applications.d/$profile_file" || good=1
    chmod 644 "$1/applications.d/$profile_file" || good=1
    sed 's/^DEFAULT_INPUT_POLICY=.*/DEFAULT_INPUT_POLICY="DROP"/' "$2" | put "$2" || good=1
    if [ -n "$deny_outgoing" ]; then
        sed 's/^DEFAULT_OUTPUT_POLICY=.*/DEFAULT_OUTPUT_POLICY="DROP"/' "$2" | put "$2" || good=1
    fi
    if [ -n "$open_forward" ] && ! active && forwards; then
        sed 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="ACCEPT"/' "$2" | put "$2" || good=1
    fi
    rm -rf "$wanted"
    return "$good"
}

# The kernel forwards, and nothing denies it by default: with ufw on, its policy would.
forwards() {
    [ "$(cat /proc/sys/net/ipv4/ip_forward 2>/dev/null)" = 1 ] &&
        [ "$(iptables -S FORWARD 2>/dev/null | head -n 1)" = '-P FORWARD ACCEPT' ]
}

# The real ufw reads a copy of its own files with our rules in them, and must understand each as it is meant.
check_rules() {
    whole_here || return 1
    if [ -e /proc/net/if_inet6 ] && [ -n "$(payload_rules6 | tr -d '\n')" ] && ! speaks_six; then
        say "There are IPv6 rules, and ufw leaves IPv6 out: set IPV6=yes in $defaults first." >&2
        return 1
    fi
    if [ -n "$logs" ] && [ "$(setting LOGLEVEL "$etc/ufw.conf")" = off ]; then
        say "The plan asks for a log of what is dropped, and ufw logs nothing: 'ufw logging low' first." >&2
        return 1
    fi
    copy=$(mktemp -d) || return 1
    mkdir -p "$copy/etc/default" "$copy/lib/ufw" && cp -pR "$etc" "$copy/etc/ufw" &&
        cp -p "$defaults" "$copy/etc/default/ufw" &&
        write_ours "$copy/etc/ufw" "$copy/etc/default/ufw" && understood
    good=$?
    rm -rf "$copy"
    return "$good"
}

understood() {
    # Its programs are where they always are, its files are the copy's.
    ufw --datadir="$copy" show added >"$copy/said" 2>"$copy/errors" || {
        cat "$copy/errors" >&2
        return 1
    }
    if grep -q 'Skipping' "$copy/errors"; then
        cat "$copy/errors" >&2
        return 1
    fi
    sed "s/ comment '.*'\$//" "$copy/said" >"$copy/added"
    if ! speaks_six; then
        payload_sentences | grep -v ' [0-9a-f]*:[0-9a-f:]*:' | grep . >"$copy/wanted"
    else
        payload_sentences | grep . >"$copy/wanted"
    fi
    if grep -Fxv -f "$copy/added" "$copy/wanted" >"$copy/missing" && [ -s "$copy/missing" ]; then
        say "ufw reads these rules as other ones:" >&2
        cat "$copy/missing" >&2
        return 1
    fi
    ufw --datadir="$copy" app info "$profile" >/dev/null 2>"$copy/errors" || {
        cat "$copy/errors" >&2
        return 1
    }
    for family in $(families_of_ufw); do
        ipt "$family" -restore --test --noflush <"$copy/etc/ufw/user${family#4}.rules" || return 1
    done
}

# policies FILE: those that we set.
policies() {
    sed -n 's/^\(DEFAULT_INPUT_POLICY=.*\)/\1/p' "$1"
    sed -n 's/^\(DEFAULT_OUTPUT_POLICY=.*\)/\1/p' "$1"
    sed -n 's/^\(DEFAULT_FORWARD_POLICY=.*\)/\1/p' "$1"
}

# switch_on POLICIES: has ufw take its files as they are now. Where ufw is active and its policies stay as they
# were, its rules are replaced in one step, as it does itself; else it starts anew.
switch_on() {
    if ! active; then
        # Starting, ufw writes its files anew: loaded again, the kernel has what they say.
        ufw --force enable >/dev/null || return 1
    elif [ "$1" != "$(policies "$defaults")" ]; then
        ufw reload >/dev/null || return 1
    fi
    for family in $(families_of_ufw); do
        ipt "$family" -restore --noflush --wait 10 <"$etc/user${family#4}.rules" || return 1
    done
}

# ufw's before.rules let through what is established, and nothing tracked that while ufw was off. These chains come
# before ufw's and are of the kernel alone: a restart forgets them.
keep_older() {
    fresh=yes
    ! awaited || look_by pwolder_look || return 1
    for family in $(families_of_ufw); do
        for extent in all sockets; do
            ! older_chains "$family" "$extent" | ipt "$family" -restore --noflush --wait 10 2>/dev/null || break
        done
    done
}

older_chains() {
    printf '*filter\n:pwolder_in - [0:0]\n:pwolder_out - [0:0]\n'
    older_lines "$1" "$2" | sed 's/^/-A pwolder_/'
    printf -- '-I INPUT -j pwolder_in\n-I OUTPUT -j pwolder_out\nCOMMIT\n'
}

load_rules() {
    before=$(policies "$defaults")
    active || keep_older || return 1
    write_ours "$etc" "$defaults" && switch_on "$before"
}

show_rules() {
    rules=$(
        for name in user.rules user6.rules; do
            ours "$etc/$name" 2>/dev/null
        done
        cat "$etc/applications.d/$profile_file" 2>/dev/null
    )
    [ -n "$rules" ] || return 0
    printf '%s\n' "$rules"
    policies "$defaults"
    ufw status | head -n 1
}

only_rules() {
    grep -E '^(-A |DEFAULT_|Status: )'
}

save_state() {
    keep "$1" || return 1
    if [ -z "$(show_rules)" ]; then
        # From nothing: that is what there was before us, whatever is applied after. It is there whole or not at all.
        rm -rf "$state/first.new" "$state/first"
        if ! { mkdir "$state/first.new" && keep "$state/first.new" && standing | store "$state/first.new/standing" &&
            kernel_settings | store "$state/first.new/kernel" && mv "$state/first.new" "$state/first"; }; then
            rm -rf "$state/first.new"
            return 1
        fi
    fi
}

# keep FOLDER: a copy of all that we touch, which 'whole' then asks for.
keep() {
    whole_here || return 1
    for name in user.rules user6.rules ufw.conf; do
        store "$1/$name" <"$etc/$name" || return 1
    done
    store "$1/default" <"$defaults" || return 1
    if [ -f "$etc/applications.d/$profile_file" ]; then
        cp -p "$etc/applications.d/$profile_file" "$1/profile" || return 1
    fi
    if active; then
        mark "$1/active" || return 1
    fi
    whole "$1"
}

# whole FOLDER: it holds every file and every policy that going back needs.
whole() {
    whole_file user.rules "$1/user.rules" && whole_file user6.rules "$1/user6.rules" &&
        whole_file ufw.conf "$1/ufw.conf" && whole_file default "$1/default"
}

# whole_file NAME FILE: that file of ufw ends where it should, or has what is read there.
whole_file() {
    case $1 in
        *.rules) [ "$(grep . "$2" 2>/dev/null | tail -n 1)" = COMMIT ] ;;
        ufw.conf) grep -q '^ENABLED=' "$2" 2>/dev/null ;;
        *) [ -n "$(policy_line INPUT "$2")" ] && [ -n "$(policy_line OUTPUT "$2")" ] && [ -n "$(policy_line FORWARD "$2")" ] ;;
    esac
}

policy_line() {
    sed -n "s/^\\(DEFAULT_$1_POLICY=.*\\)/\\1/p" "$2" 2>/dev/null | tail -n 1
}

# What ufw sets in the kernel when it starts, as it is now.
kernel_settings() {
    file=$(setting IPT_SYSCTL "$defaults")
    [ -f "$file" ] || return 0
    sed -n 's/^[[:space:]]*\([a-z][^=[:space:]]*\)[[:space:]]*=.*/\1/p' "$file" | while read -r name; do
        path=/proc/sys/$(printf '%s' "$name" | sed 's/\./\//g')
        if [ -r "$path" ]; then
            printf '%s %s\n' "$path" "$(cat "$path")"
        fi
    done
}

# ufw writes its files where they stand: where it could not, one is empty, or half. What was saved last takes its
# place: with rules of others in it that are younger than what is in FOLDER.
mend_from() {
    last=$1
    ! whole "$state/saved" || last=$state/saved
    for name in user.rules user6.rules ufw.conf default; do
        file=$(standing_at "$name")
        whole_file "$name" "$file" || put "$file" <"$last/$name" || return 1
    done
}

standing_at() {
    case $1 in
        default) say "$defaults" ;;
        *) say "$etc/$1" ;;
    esac
}

# Says which of ufw's own files is not whole; true where all are.
whole_here() {
    for name in user.rules user6.rules ufw.conf default; do
        file=$(standing_at "$name")
        whole_file "$name" "$file" && continue
        say "$file is not whole: ufw could not write it. 'rollback' and 'remove' put back what was saved of it." >&2
        return 1
    done
}

# back_to FOLDER: what others have changed since stays; where they have changed nothing, byte for byte.
back_to() {
    # Nothing is touched before all is known to be there.
    if ! whole "$1"; then
        say "What was saved in $1 is not whole: nothing of it was put back." >&2
        return 1
    fi
    mend_from "$1" || return 1
    before=$(policies "$defaults")
    exact=
    for name in user.rules user6.rules; do
        if [ "$(others "$etc/$name")" = "$(others "$1/$name")" ]; then
            put "$etc/$name" <"$1/$name" || return 1
            exact="$exact $name"
        else
            ours "$1/$name" >"$state/ours"
            with "$etc/$name" "$state/ours" >"$state/merged" && put_rules "$etc/$name" "$state/merged" || return 1
            rm -f "$state/ours" "$state/merged" || true
        fi
    done
    for name in INPUT OUTPUT FORWARD; do
        line=$(policy_line "$name" "$1/default")
        sed "s/^DEFAULT_${name}_POLICY=.*/$line/" "$defaults" | put "$defaults" || return 1
    done
    if [ -f "$1/profile" ]; then
        cp -p "$1/profile" "$etc/applications.d/$profile_file" || return 1
    else
        rm -f "$etc/applications.d/$profile_file" || return 1
    fi
    if [ -f "$1/active" ]; then
        switch_on "$before" || return 1
    else
        ufw disable >/dev/null || return 1
        drop_older
    fi
    # ufw writes its files anew when it starts.
    for name in $exact; do
        cmp -s "$1/$name" "$etc/$name" || put "$etc/$name" <"$1/$name" || return 1
    done
    line=$(grep '^ENABLED=' "$1/ufw.conf" | tail -n 1)
    sed "s/^ENABLED=.*/$line/" "$etc/ufw.conf" | put "$etc/ufw.conf" || return 1
    if [ ! -f "$1/active" ] && [ -f "$state/first/standing" ] && [ ! -f "$state/first/active" ]; then
        clear_away
    fi
}

# clear_chains FAMILY PATTERN: takes out chains with such names, and the jumps to them.
clear_chains() {
    ipt "$1" -save -t filter 2>/dev/null | awk -v name="$2" '
        /^:/ && substr($1, 2) ~ name { names = names $1 " - [0:0]\n"; gone = gone "-X " substr($1, 2) "\n" }
        $1 == "-A" && $2 !~ name && NF == 4 && $4 ~ name { out = out "-D " $2 " -j " $4 "\n" }
        END { if (names != "") printf "*filter\n%s%s%sCOMMIT\n", names, out, gone }' |
        ipt "$1" -restore --noflush --wait 10
}

drop_older() {
    for family in $(families); do
        clear_chains "$family" '^pwolder_'
    done
}

# ufw leaves its empty chains, the jumps to them and its settings of the kernel behind, and opens the policies.
clear_away() {
    for family in $(families); do
        grep -q "^policy $family filter ufw6\{0,1\}-" "$state/first/standing" || clear_chains "$family" '^ufw6?-'
    done
    # Where it leaves IPv6 out, two rules for loopback stay as well.
    standing | grep '^loopback 6 filter' | while read -r what family table chain option; do
        grep -Fqx "$what $family $table $chain $option" "$state/first/standing" ||
            ipt "$family" "" -D "$chain" "$option" lo -j ACCEPT
    done
    while read -r what family table chain policy; do
        case $what,$table,$policy in
            policy,filter,ACCEPT | policy,filter,DROP) ipt "$family" "" -P "$chain" "$policy" 2>/dev/null ;;
            *) ;;
        esac
    done <"$state/first/standing"
    while read -r path value; do
        printf '%s\n' "$value" >"$path"
    done <"$state/first/kernel" 2>/dev/null
    give_back "$state/first/standing"
}

# These are several files: an error that passes (an interrupted call) must not leave half of them.
surely_back_to() {
    back_to "$1" || back_to "$1"
}

restore_state() {
    surely_back_to "$1" || return 1
    if [ -z "$(show_rules)" ]; then
        rm -rf "$state/first" || true
    fi
}

remove_rules() {
    if whole "$state/first"; then
        surely_back_to "$state/first"
        return
    fi
    # No notes of ours, or a disk that was full left half of them: only the rules and the profile go, ufw stays on or off as it is.
    before=$(policies "$defaults")
    for name in user.rules user6.rules; do
        if [ -n "$(ours "$etc/$name")" ]; then
            new=$(mktemp) || return 1
            with "$etc/$name" /dev/null >"$new" && put_rules "$etc/$name" "$new" || return 1
            rm -f "$new"
        fi
    done
    rm -f "$etc/applications.d/$profile_file" || return 1
    drop_older
    if active; then
        switch_on "$before"
    fi
}
