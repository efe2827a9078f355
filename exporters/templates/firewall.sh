#!/bin/sh
#@title

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

#@settings

state_root=${PORTWRIGHT_STATE:-/var/lib/portwright}
case $state_root in
    /*) ;;
    *) state_root=$PWD/$state_root ;;
esac
state=$state_root/$firewall/$format

#@payload

#@hooks

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

#@machine

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

#@start

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
