etc=/etc/firewalld
kinds='ipsets services policies'

# Nothing to look up before a verb.
prepare() {
    :
}

own_tables() {
    say 'inet firewalld;ip firewalld;ip6 firewalld'
}

# The policy comes before the zones: what these deny today it would let in.
look_format() {
    if ! running; then
        note '!' "firewalld is not running. Start it first: systemctl enable --now firewalld"
        return
    fi
    # Each question to firewalld starts Python, some tenths of a second: none is asked twice.
    is_running=yes
    zones_now=$(firewall-cmd --list-all-zones 2>/dev/null)
    keep_unsaved 2>&1 | while read -r sentence; do
        note '!' "$sentence"
    done
    denies=$(printf '%s\n' "$zones_now" | awk '
        /^[^[:space:]]/ { zone = $1; target = used = "" }
        $1 == "target:" { target = $2 }
        ($1 == "sources:" || $1 == "interfaces:") && NF > 1 { used = $0; sub(/^ */, "", used) }
        $1 == "sources:" && (target == "DROP" || target ~ /REJECT/) && used != "" {
            printf "zone %s (target %s, %s); ", zone, target, used
        }
        $1 == "rule" && / (reject|drop)( |$)/ { sub(/^[[:space:]]*/, ""); printf "zone %s: %s; ", zone, $0 }')
    chains=$(
        for family in '' 6; do
            "ip${family}tables-save" 2>/dev/null | sed -n 's/^-A \([^ ]*\) .*/\1/p'
        done | sort -u | tr '\n' ' '
    )
    if [ -n "$chains" ]; then
        note - "firewalld reloads when the rules are loaded, and that takes rules out of iptables (${chains% }). Docker and libvirt put theirs back; restart fail2ban, podman or k3s afterwards."
    fi
    if [ -n "$denies" ]; then
        note --overtake "The plan's rules come before the zones, so what these deny would come in where a rule of the plan allows it: ${denies%; }."
    fi
}

# The payload's files into FOLDER, which has a folder for each kind.
spread() {
    payload_files | with_guests | awk -v folder="$1" '
        /^=== / { if (file != "") close(file); file = folder "/" $2; printf "" >file; next }
        { print >file }'
}

# A policy of firewalld takes packets from zones: those of the guests' interfaces, which only this machine knows.
with_guests() {
    zones=$(fact guests | guest_zones)
    awk -v zones="$zones" '
        /<ingress-zone name="GUESTS"\/>/ {
            count = split(zones, each, " ")
            for (i = 1; i <= count; i++) print "  <ingress-zone name=\"" each[i] "\"/>"
            next
        }
        { print }'
}

# The zones of the interfaces on standard input, one a line.
guest_zones() {
    while read -r device; do
        if running; then
            firewall-cmd --get-zone-of-interface="$device" 2>/dev/null
        else
            firewall-offline-cmd --get-zone-of-interface="$device" 2>/dev/null
        fi
    done | grep -E '^[A-Za-z0-9_-]+$' | sort -u
}

# Whoever shares a zone with guests would be let in with them.
guests_known() {
    running || return 0
    fact guests | while read -r device; do
        zone=$(firewall-cmd --get-zone-of-interface="$device" 2>/dev/null)
        case $zone in
            '' | 'no zone')
                say "The guests' interface $device is in no zone of firewalld. Put it into one for guests: firewall-cmd --permanent --zone=ZONE --add-interface=$device" >&2
                exit 1
                ;;
            *) ;;
        esac
        for other in $(firewall-cmd --zone="$zone" --list-interfaces); do
            if ! fact guests | grep -Fqx -e "$other"; then
                say "The guests' interface $device is in the zone $zone of firewalld with $other. Put it into one for guests: firewall-cmd --permanent --zone=ZONE --change-interface=$device" >&2
                exit 1
            fi
        done
    done
}

# own FOLDER: our files there, one a line, in an order that does not change.
own() {
    for kind in $kinds; do
        find "$1/$kind" -maxdepth 1 -name "$prefix*.xml" 2>/dev/null | sort
    done
}

# What a run that was killed had not yet put into place.
sweep() {
    for kind in $kinds; do
        rm -f "$etc/$kind/$prefix"*.xml.portwright
    done
}

# Our files in firewalld's folder are those in FOLDER afterwards. Each appears in one step.
put() {
    sweep
    own "$etc" | while read -r file; do
        [ -f "$1${file#"$etc"}" ] || rm -f "$file" || exit 1
    done || return 1
    for kind in $kinds; do
        if [ ! -d "$etc/$kind" ]; then
            mkdir -m 750 "$etc/$kind" && say "$kind" >>"$state/made" || return 1
        fi
    done
    own "$1" | while read -r file; do
        to=$etc${file#"$1"}
        cmp -s "$file" "$to" && continue
        if ! { cp "$file" "$to.portwright" && chmod 644 "$to.portwright" && mv -f "$to.portwright" "$to"; }; then
            rm -f "$to.portwright"
            exit 1
        fi
    done
}

running() {
    [ -n "${is_running-}" ] || firewall-cmd --state >/dev/null 2>&1
}

# A reload takes the permanent configuration; what was changed at run time only would be lost.
unsaved() {
    all_zones >"$1/zones.now" && all_zones --permanent >"$1/zones.kept" || return 1
    listing "$1/zones.now" >"$1/now" && listing "$1/zones.kept" --permanent >"$1/kept" && ! cmp -s "$1/now" "$1/kept"
}

all_zones() {
    if [ $# -eq 0 ] && [ -n "${zones_now-}" ]; then
        printf '%s\n' "$zones_now"
    else
        firewall-cmd "$@" --list-all-zones
    fi
}

# listing ZONES [--permanent]: all that a reload takes away or brings back, the zones from that file.
# Interfaces stand apart: see lost_interfaces. Ours are not looked at: an apply that was cut off leaves them half.
listing() {
    zones=$1
    shift
    policies=$(firewall-cmd "$@" --list-all-policies) || return 1
    {
        { cat "$zones" && printf '%s\n' "$policies"; } |
            sed 's/ (.*)$//; /^ *interfaces:/d; /^ *icmp-block-inversion:/d; s/[[:space:]]*$//; /^$/d'
        firewall-cmd "$@" --get-ipsets | tr ' ' '\n' | sort
    } | awk -v prefix="$prefix" '/^[^[:space:]]/ { own = index($1, prefix) == 1 } !own'
    firewall-cmd "$@" --direct --get-all-rules
    firewall-cmd "$@" --direct --get-all-passthroughs
}

keep_unsaved() {
    running || return 0
    compare=$(mktemp -d) || return 1
    if unsaved "$compare"; then
        say "firewalld has settings that are not permanent: loading the rules would lose them." >&2
        grep -Fxv -f "$compare/kept" "$compare/now" | head -n 10 >&2
        say "Are they bans (fail2ban, CrowdSec)? Stop that service, do this, start it: it bans again. Never make bans permanent." >&2
        say "Keep your own with: firewall-cmd --runtime-to-permanent, or drop them with: firewall-cmd --reload" >&2
        rm -rf "$compare"
        return 1
    fi
    lost=$(lost_interfaces "$compare")
    rm -rf "$compare"
    if [ -n "$lost" ]; then
        say "Loading the rules would take interfaces out of their zones, which are not permanent:" >&2
        printf '%s\n' "$lost" | while read -r zone device; do
            say "keep $device there with: firewall-cmd --permanent --zone=$zone --add-interface=$device" >&2
        done
        return 1
    fi
}

# lost_interfaces FOLDER: 'zone interface' for what a reload moves into the default zone, by the zones that 'unsaved'
# left there. NetworkManager, Docker and libvirt put theirs back.
lost_interfaces() {
    zone_interfaces "$1/zones.kept" >"$1/kept"
    zone_interfaces "$1/zones.now" | grep -Fxv -f "$1/kept" >"$1/moved"
    [ -s "$1/moved" ] || return 0
    default=$(firewall-cmd --get-default-zone)
    managed=$(nmcli -t -f DEVICE,STATE device 2>/dev/null | sed -n 's/:connected.*//p')
    while read -r zone device; do
        case $zone in
            "$default" | docker | libvirt | libvirt-routed) continue ;;
            *) ;;
        esac
        printf '%s\n' "$managed" | grep -Fqx -e "$device" && continue
        say "$zone $device"
    done <"$1/moved"
}

zone_interfaces() {
    awk '
        /^[^[:space:]]/ { zone = $1 }
        $1 == "interfaces:" { for (i = 2; i <= NF; i++) print zone, $i }' "$1"
}

# offline OPTION...: the real tool over the copy.
offline() {
    firewall-offline-cmd --system-config="$copy" "$@"
}

# What --check-config does not understand in a policy it leaves out with a warning, and says that all is well. So
# there may be no warning that was not there before, and every rule must be listed.
understood() {
    spread "$copy" || return 1
    if ! offline --check-config >"$copy/said" 2>&1 || ! said_before; then
        cat "$copy/said" >&2
        return 1
    fi
    listed=$(offline --list-all-policies 2>/dev/null)
    for file in "$copy/policies/$prefix"*.xml; do
        policy=${file##*/}
        policy=${policy%.xml}
        count=$(printf '%s\n' "$listed" | awk -v policy="$policy" '
            /^[^[:space:]]/ { ours = $1 == policy }
            ours && $1 == "rule" { count++ }
            END { print count + 0 }')
        if [ "$count" != "$(grep -c '<rule' "$file")" ]; then
            say "firewalld understands $count of the rules in $policy." >&2
            return 1
        fi
    done
}

# What the tool says of the copy with our files it says without them too.
said_before() {
    grep -Fxvq success "$copy/said" || return 0
    own "$copy" | while read -r file; do
        rm -f "$file"
    done
    offline --check-config >"$copy/said.before" 2>&1
    ! grep -Fxvq -f "$copy/said.before" "$copy/said" && spread "$copy"
}

# The real tool reads a copy of firewalld's configuration with our files in it.
check_rules() {
    copy=$(mktemp -d) || return 1
    if ! { cp -pR "$etc/." "$copy" && folders "$copy" && guests_known; }; then
        rm -rf "$copy"
        return 1
    fi
    own "$copy" | while read -r file; do
        rm -f "$file"
    done
    understood
    good=$?
    rm -rf "$copy"
    return "$good"
}

# folders FOLDER: makes one for each kind in it.
folders() {
    for kind in $kinds; do
        mkdir -p "$1/$kind" || return 1
    done
}

load_rules() {
    new=$(mktemp -d) || return 1
    folders "$new" && spread "$new" && put "$new"
    good=$?
    rm -rf "$new"
    [ "$good" -eq 0 ] && firewall-cmd --reload >/dev/null
}

show_rules() {
    own "$etc" | while read -r file; do
        say "${file#"$etc/"}"
        cat "$file"
    done
    # Nothing where firewalld does not run.
    firewall-cmd --list-all-policies 2>/dev/null | awk -v prefix="$prefix" '
        NF == 0 { next }
        /^[^[:space:]]/ { ours = index($1, prefix) == 1 }
        ours'
}

# Lines of our files that say something, with the name of the file before them.
only_rules() {
    awk '
        /^(=== )?[a-z]+[/][^ ]*[.]xml$/ { name = $NF; sub(/^.*[/]/, "", name); sub(/[.]xml$/, "", name); next }
        NF == 0 || /^<[/?]/ || /^<(ipset|service)/ || /^ *<(short|description|!--)/ { next }
        { sub(/^[[:space:]]+/, ""); print name, $0 }'
}

save_state() {
    folders "$1" || return 1
    own "$etc" | while read -r file; do
        cp -p "$file" "$1${file#"$etc"}" || exit 1
    done && own "$etc" | sed "s|^$etc/||" | store "$1/files"
}

# whole FOLDER: every file that was saved there is there.
whole() {
    [ -d "$1/policies" ] || return 1
    # An earlier Portwright wrote no list.
    [ -f "$1/files" ] || return 0
    while read -r file; do
        [ -s "$1/$file" ] || return 1
    done <"$1/files"
}

restore_state() {
    whole "$1" && put "$1" || return 1
    tidy
    if running; then
        firewall-cmd --reload >/dev/null
    fi
}

remove_rules() {
    sweep
    [ -n "$(show_rules)" ] || return 0
    keep_unsaved || return 1
    own "$etc" | while read -r file; do
        rm -f "$file" || exit 1
    done || return 1
    tidy
    if running; then
        firewall-cmd --reload >/dev/null
    fi
}

# Folders that we made go with our last file.
tidy() {
    [ -f "$state/made" ] && [ -z "$(own "$etc")" ] || return 0
    while read -r kind; do
        rmdir "$etc/$kind" 2>/dev/null
    done <"$state/made"
    rm -f "$state/made"
}
