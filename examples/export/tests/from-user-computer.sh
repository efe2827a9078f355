#!/bin/sh
# plan 97c28b6504285153, Portwright 0.1.0, facts 2026.2 of 2026-11-27
# reference CHG-2003; requester Print team; review 2028-02-01
# PaperCut MF behind a load balancer: tries what User computer connects to.
# Run it there: 192.0.2.128/25. Expected is that all connect.
#
# Usage: sh from-user-computer.sh [--at SITE] [--seconds N] [--refused-ok] [ROLE=ADDRESS ...]
#
#   --at SITE       where this machine is, in a plan with sites: only that site's connections are tried; '-' is
#                   a machine at no site
#   --seconds N     how long to wait for each answer (5)
#   --refused-ok    'refused' is as good as a connection: the packet arrived, the service is not running yet
#   ROLE=ADDRESS    an address to try where the plan names a whole network; may be given more than once.
#                   Where a role is in several zones: ROLE.ZONE=ADDRESS
#
# Opens each connection and closes it again; sends nothing, but for connections through a web proxy, where it
# asks the proxy to connect. UDP cannot be tested this way. Needs bash, or an nc with the option -z.
# Exit status: 0 all as expected, 1 some not, 2 it could not be tried, 3 those that tell are as expected,
# and others are unclear or need an address to be named.

set -u
LC_ALL=C
export LC_ALL

# how|host or role|port|proxy|proxy's port|to|what|site
list() {
    cat <<'PORTWRIGHT_END'
tcp|198.51.100.20|443|-|-|balancer (load balancer)|Web interface and user client (HTTPS)|-
tcp|198.51.100.20|9191|-|-|balancer (load balancer)|Web interface and user client (HTTP)|-
PORTWRIGHT_END
}

# to|port|what|why it is not tried
aside() {
    cat <<'PORTWRIGHT_END'

PORTWRIGHT_END
}

fail() {
    printf '%s\n' "$*" >&2
    exit 2
}

seconds=5
refused_ok=no
named=
at=
expected=connects
while [ $# -gt 0 ]; do
    case $1 in
        --seconds)
            [ $# -gt 1 ] || fail '--seconds needs a number'
            seconds=$2
            shift
            ;;
        --at)
            [ $# -gt 1 ] || fail '--at needs a site'
            at=$2
            shift
            ;;
        --refused-ok) refused_ok=yes ;;
        -h | --help)
            sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
            exit 0
            ;;
        *[!A-Za-z0-9.:=_-]* | -* | =* | *=) fail "Not understood: $1" ;;
        *=*) named="$named $1" ;;
        *) fail "Not understood: $1" ;;
    esac
    shift
done
case $seconds in
    '' | *[!0-9]* | 0 | ????*) fail '--seconds needs a number from 1 to 999' ;;
esac

# A bash that was built without network redirections looks for a file of that name.
tool=
if command -v bash >/dev/null 2>&1; then
    case $(bash -c ': <>/dev/tcp/127.0.0.1/1' 2>&1) in
        *'No such file'*) ;;
        *) tool=bash ;;
    esac
fi
if [ -z "$tool" ]; then
    command -v nc >/dev/null 2>&1 || fail 'Neither bash (with /dev/tcp) nor nc is here.'
    # Without -z there is no telling a connection from a host that says nothing after it.
    usage=$(nc -h </dev/null 2>&1 | sed -n -e '/-z/p' -e '/\[-[0-9A-Za-z]*z/p')
    [ -n "$usage" ] || fail 'bash (with /dev/tcp) is not here, and this nc has no option -z: it cannot test connections.'
    tool=nc
fi

dir=$(mktemp -d) || fail 'No folder for notes could be made.'
trap 'rm -rf "$dir"' EXIT
trap 'exit 2' HUP INT TERM

# Starts one connection in the background; $! is the process to stop when time is up.
start() { # how host port proxy proxyport output
    case $tool-$1 in
        bash-proxy)
            # shellcheck disable=SC2016  # the inner bash reads them
            bash -c 'exec 3<>"/dev/tcp/$3/$4" || exit 1
                printf "CONNECT %s:%s HTTP/1.1\r\nHost: %s:%s\r\n\r\n" "$1" "$2" "$1" "$2" >&3
                IFS= read -r line <&3
                case $line in HTTP/1.?" 2"*) exit 0 ;; HTTP/1.?" "[0-9][0-9][0-9]*) ;; *) exit 1 ;; esac
                line=${line#HTTP/1.? }
                echo "proxy says ${line%"${line#???}"}"
                exit 1' bash "$2" "$3" "$4" "$5" >"$6" 2>&1 &
            ;;
        bash-*)
            # shellcheck disable=SC2016  # the inner bash reads them
            bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$2" "$3" >"$6" 2>&1 &
            ;;
        nc-proxy)
            {
                printf 'CONNECT %s:%s HTTP/1.1\r\nHost: %s:%s\r\n\r\n' "$2" "$3" "$2" "$3" |
                    nc -w "$seconds" "$4" "$5" 2>&1 |
                    {
                        IFS= read -r line
                        case $line in
                            HTTP/1.?' 2'*) exit 0 ;;
                            HTTP/1.?' '[0-9][0-9][0-9]*)
                                line=${line#HTTP/1.? }
                                echo "proxy says ${line%"${line#???}"}"
                                exit 1
                                ;;
                        esac
                        printf '%s\n' "$line"
                        exit 1
                    }
            } >"$6" 2>&1 &
            ;;
        nc-*) nc -v -z -w "$seconds" "$2" "$3" >"$6" 2>&1 & ;;
    esac
}

# Of a range of ports one must connect: they are tried one after the other, and the best answer counts.
try() { # number how host port proxy proxyport
    best='no answer'
    next=${4%-*}
    while [ "$next" -le "${4#*-}" ]; do
        try_port "$1" "$2" "$3" "$next" "$5" "$6"
        case $found-$best in
            connects-*)
                best=connects
                break
                ;;
            'no answer'-*) ;;
            *) best=$found ;;
        esac
        next=$((next + 1))
    done
    printf '%s\n' "$best" >"$dir/$1.found"
}

try_port() { # number how host port proxy proxyport
    start "$2" "$3" "$4" "$5" "$6" "$dir/$1.said"
    pid=$!
    (
        sleep "$seconds"
        kill "$pid"
    ) >/dev/null 2>&1 &
    timer=$!
    wait "$pid"
    status=$?
    kill "$timer"
    said=$(cat "$dir/$1.said")
    if [ "$status" -eq 0 ]; then
        found=connects
    else
        case $said in
            'proxy says '*) found=$said ;;
            *efused*) found=refused ;;
            *'not known'* | *'ame resolution'* | *nodename* | *'bad address'* | *'Invalid argument'*) found='no such name' ;;
            *nreachable* | *'No route'* | *prohibited*) found=unreachable ;;
            *) found='no answer' ;;
        esac
    fi
}

# All at once in groups, so that many silent connections take no longer than a few.
number=0
unnamed=0
run() { # how host port proxy proxyport to what
    number=$((number + 1))
    printf '%s|%s %s|%s|%s\n' "$number" "$6" "$2" "$3" "$7" >>"$dir/order"
    try "$number" "$1" "$2" "$3" "$4" "$5" 2>/dev/null &
    [ $((number % 16)) -ne 0 ] || wait
}

# Elsewhere others are let through: each site is tried from there.
list >"$dir/list"
sites=
while IFS='|' read -r how _ _ _ _ _ _ site; do
    case "$how: $sites " in
        :* | *" $site "*) ;;
        *) sites="${sites:+$sites }$site" ;;
    esac
done <"$dir/list"
case $at-$sites in
    -*' '*) fail "Say where this machine is: --at and one of $sites" ;;
esac
[ -n "$at" ] || at=$sites
case " $sites " in
    *" $at "*) ;;
    *) fail "Nothing is tried from there: --at and one of $sites" ;;
esac
while IFS='|' read -r how host port proxy proxyport to what site; do
    [ "$site" = "$at" ] || continue
    case $how in
        '') ;;
        named)
            any=no
            for pair in $named; do
                if [ "${pair%%=*}" = "$host" ]; then
                    any=yes
                    run tcp "${pair#*=}" "$port" - - "$to" "$what"
                fi
            done
            if [ "$any" = no ]; then
                unnamed=$((unnamed + 1))
                printf '%s|%s|%s|name one: %s=ADDRESS (%s)\n' "$to" "$port/tcp" "$what" "$host" "$proxy" >>"$dir/aside"
            fi
            ;;
        *) run "$how" "$host" "$port" "$proxy" "$proxyport" "$to" "$what" ;;
    esac
done <"$dir/list"
wait

row() { printf '%-9s %-14s %-44s %-6s %s\n' "$@"; }

wrong=0
unclear=0
if [ "$number" -gt 0 ]; then
    row expected found to port what
    row -------- ----- -- ---- ----
    while IFS='|' read -r n to port what; do
        found='not tried'
        [ ! -e "$dir/$n.found" ] || found=$(cat "$dir/$n.found")
        case $expected-$found-$refused_ok in
            connects-connects-* | connects-refused-yes) ;;
            blocked-connects-* | blocked-refused-yes | 'blocked-not tried-'*) wrong=$((wrong + 1)) ;;
            blocked-refused-* | 'blocked-no such name-'*) unclear=$((unclear + 1)) ;;
            blocked-*) ;;
            *) wrong=$((wrong + 1)) ;;
        esac
        row "$expected" "$found" "$to" "$port" "$what"
    done <"$dir/order"
fi

aside >>"$dir/aside"
first=yes
while IFS='|' read -r to port what why; do
    [ -n "$to" ] || continue
    [ "$first" = no ] || printf '\nNot tried:\n'
    first=no
    printf '  %s %s, %s: %s\n' "$to" "$port" "$what" "$why"
done <"$dir/aside"

printf '\n%s tried, %s as expected' "$number" $((number - wrong - unclear))
[ "$unclear" -eq 0 ] || printf ', %s unclear' "$unclear"
[ "$unnamed" -eq 0 ] || printf ', %s wait for an address to be named' "$unnamed"
printf '.\n'
if [ "$wrong" -gt 0 ] && [ "$expected" = blocked ]; then
    printf "'connects': a firewall on the way still lets it through, by an old rule or by one of its own.\n"
    exit 1
fi
if [ "$wrong" -gt 0 ]; then
    printf "'no answer': a firewall on the way drops it, or the host is off. 'refused': the host answers and nothing\n"
    printf "listens there, or a firewall refuses.\n"
    exit 1
fi
if [ "$unclear" -gt 0 ]; then
    printf "Unclear: 'refused' comes from a firewall that refuses, or it got through and nothing listens there;\n"
    printf "'no such name' was tried nowhere.\n"
    exit 3
fi
[ "$unnamed" -eq 0 ] || exit 3
