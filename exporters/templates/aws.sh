#!/bin/sh
#@title
#
# Needs the AWS CLI, with credentials and a region as it is used to. It makes and changes its own groups only:
# those of these names with the tag 'portwright'. Attaching them to machines is yours.
#   sh aws.sh check --vpc VPC     asks AWS whether the groups could be made; says what apply would change
#   sh aws.sh apply --vpc VPC     makes the groups what the plan says; twice is the same as once
#   sh aws.sh status --vpc VPC    exit code 0 only if they are what the plan says
#   sh aws.sh remove --vpc VPC    deletes the groups; AWS refuses while a machine has one
#
# apply adds entries before it takes old ones out: no connection that stays allowed is cut in between.
# Exit codes: 0 done, 1 refused or failed, 2 wrong usage.

set -u
umask 077
LC_ALL=C
AWS_PAGER=
export LC_ALL AWS_PAGER

#@settings

# Name and description of each group.
groups() {
    cat <<'PORTWRIGHT_END'
#@groups
PORTWRIGHT_END
}

# Group, direction, transport, first and last port, network, description. -1: all.
wanted() {
    cat <<'PORTWRIGHT_END'
#@wanted
PORTWRIGHT_END
}

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s: %s\n' "portwright ($firewall, aws)" "$*" >&2
    exit 1
}

usage() {
    say "usage: sh $0 check | apply | status | remove --vpc VPC" >&2
    exit 2
}

ec2() {
    aws ec2 "$@" --output text </dev/null
}

# Sets $id to the group's, or to nothing where there is none.
find_group() {
    found=$(ec2 describe-security-groups --filters "Name=vpc-id,Values=$vpc" "Name=group-name,Values=$1" \
        --query "SecurityGroups[].[GroupId,Tags[?Key=='portwright']|[0].Value]") || fail "AWS did not answer."
    id=
    [ -n "$found" ] || return 0
    tag=$(say "$found" | cut -f 2)
    [ "$tag" = "$firewall" ] || fail "the group $1 in $vpc is not this script's: it has no tag portwright=$firewall."
    id=$(say "$found" | cut -f 1)
}

# The entries of $id as `wanted` writes them, with AWS's own id for each at the end.
entries() {
    [ -n "$id" ] || return 0
    ec2 describe-security-group-rules --filters "Name=group-id,Values=$id" --query \
        'SecurityGroupRules[].[IsEgress,IpProtocol,FromPort,ToPort,CidrIpv4,CidrIpv6,Description,SecurityGroupRuleId]' \
        >"$work/answer" || fail "AWS did not answer."
    awk -F '\t' -v name="$1" '{
        way = $1 == "True" ? "out" : "in"
        low = $3 == "None" ? -1 : $3
        high = $4 == "None" ? -1 : $4
        if ($2 == "-1") low = high = -1
        cidr = $5 == "None" ? $6 : $5
        gsub(/[|]/, "_", $7)
        print name "|" way "|" $2 "|" low "|" high "|" cidr "|" ($7 == "None" ? "" : $7) "|" $8
    }' "$work/answer"
}

# Into $work: add, describe (there, with another description) and drop, as `wanted` and `entries` write them.
compare() {
    entries "$1" >"$work/have" || exit 1
    : >"$work/add"
    : >"$work/describe"
    : >"$work/drop"
    awk -F '|' -v name="$1" -v work="$work" '
        function key() { return $2 "|" $3 "|" $4 "|" $5 "|" $6 }
        FILENAME == work "/wanted" { if ($1 == name) { text[key()] = $7; line[key()] = $0; order[++count] = key() } ; next }
        {
            if (key() in text) {
                there[key()] = 1
                if ($7 != text[key()]) print line[key()] >(work "/describe")
            } else print >(work "/drop")
        }
        END { for (i = 1; i <= count; i++) if (!(order[i] in there)) print line[order[i]] >(work "/add") }
    ' "$work/wanted" "$work/have"
}

# Lines of one direction as the JSON that the CLI takes.
permissions() {
    awk -F '|' -v way="$2" '
        BEGIN { printf "[" }
        $2 == way {
            six = $6 ~ /:/
            printf "%s{\"IpProtocol\":\"%s\"", (some++ ? "," : ""), $3
            if ($3 != "-1") printf ",\"FromPort\":%d,\"ToPort\":%d", $4, $5
            printf ",\"%s\":[{\"%s\":\"%s\",\"Description\":\"%s\"}]}", (six ? "Ipv6Ranges" : "IpRanges"), \
                (six ? "CidrIpv6" : "CidrIp"), $6, $7
        }
        END { print "]" }
    ' "$1"
}

has() {
    grep -q "^[^|]*|$2|" "$1"
}

# Calls the verb of the CLI for the lines of a file: inbound, then outbound.
each_way() {
    if has "$2" in; then
        ec2 "$1-ingress" --group-id "$id" --ip-permissions "$(permissions "$2" in)" >"$work/answer" || return 1
    fi
    if has "$2" out; then
        ec2 "$1-egress" --group-id "$id" --ip-permissions "$(permissions "$2" out)" >"$work/answer" || return 1
    fi
}

drop_way() {
    has "$work/drop" "$1" || return 0
    # shellcheck disable=SC2046  # ids, each a word
    ec2 "revoke-security-group-$2" --group-id "$id" --security-group-rule-ids \
        $(awk -F '|' -v way="$1" '$2 == way { print $8 }' "$work/drop") >"$work/answer"
}

make_group() {
    # "$@": --dry-run, or nothing
    name=$1 description=$2
    shift 2
    ec2 create-security-group --group-name "$name" --description "$description" --vpc-id "$vpc" \
        --tag-specifications \
        "ResourceType=security-group,Tags=[{Key=portwright,Value=$firewall},{Key=Name,Value=$name}]" "$@"
}

show() {
    awk -F '|' -v sign="$2" '{
        port = $4 == -1 ? "all ports" : ($4 == $5 ? $4 : $4 "-" $5)
        print "  " sign " " $2 " " ($3 == "-1" ? "all" : $3) " " port " " $6 " " $7
    }' "$1"
}

do_check() {
    while IFS='|' read -r name description; do
        find_group "$name"
        if [ -z "$id" ]; then
            # With --dry-run AWS always answers with an error; this one means that it would have worked.
            make_group "$name" "$description" --dry-run >"$work/answer" 2>&1
            grep -q DryRunOperation "$work/answer" || {
                cat "$work/answer" >&2
                fail "AWS would not make the group $name in $vpc. Nothing was changed."
            }
        fi
        compare "$name"
        say "$name${id:+ ($id)}: $(wc -l <"$work/add") to add, $(wc -l <"$work/drop") to take out."
        show "$work/add" +
        show "$work/drop" -
    done <"$work/groups"
    say "Nothing was changed."
}

do_apply() {
    # All groups get what they lack before any loses something.
    while IFS='|' read -r name description; do
        find_group "$name"
        if [ -z "$id" ]; then
            make_group "$name" "$description" >"$work/answer" || fail "AWS did not make the group $name."
            find_group "$name"
            [ -n "$id" ] || fail "AWS does not list the new group $name yet. Run apply again."
        fi
        compare "$name"
        each_way authorize-security-group "$work/add" ||
            fail "AWS did not take the new entries of $name. The old ones are still there; both count together for its limit."
        each_way update-security-group-rule-descriptions "$work/describe" ||
            fail "AWS did not take the new descriptions of $name. Run apply again."
        mv "$work/drop" "$work/drop.$name"
        say "$id" >"$work/id.$name"
    done <"$work/groups"
    while IFS='|' read -r name _; do
        id=$(cat "$work/id.$name")
        mv "$work/drop.$name" "$work/drop"
        { drop_way in ingress && drop_way out egress; } ||
            fail "AWS did not take old entries out of $name. Run apply again."
        say "$name ($id) is what the plan says."
    done <"$work/groups"
}

do_status() {
    answer=0
    while IFS='|' read -r name _; do
        find_group "$name"
        compare "$name"
        if [ -z "$id" ]; then
            say "$name is not there."
            answer=1
        elif [ -s "$work/add" ] || [ -s "$work/drop" ] || [ -s "$work/describe" ]; then
            say "$name ($id) is not what the plan says:"
            show "$work/add" +
            show "$work/drop" -
            answer=1
        else
            say "$name ($id) is what the plan says."
        fi
    done <"$work/groups"
    return "$answer"
}

do_remove() {
    while IFS='|' read -r name _; do
        find_group "$name"
        if [ -n "$id" ]; then
            ec2 delete-security-group --group-id "$id" >"$work/answer" ||
                fail "AWS did not delete $name ($id): is it still attached to a machine?"
            say "$name ($id) is deleted."
        fi
    done <"$work/groups"
    say "Nothing of this script is left in $vpc."
}

main() {
    verb=${1-}
    case $verb in
        check | apply | status | remove) ;;
        *) usage ;;
    esac
    case $#,${2-} in
        3,--vpc) vpc=$3 ;;
        *) usage ;;
    esac
    case $vpc in
        '' | *[!a-zA-Z0-9-]*) usage ;;
    esac
    for program in aws awk cut grep mktemp; do
        command -v "$program" >/dev/null || fail "the program $program is missing. Nothing was changed."
    done
    work=$(mktemp -d) || fail "no folder for temporary files."
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    groups >"$work/groups"
    wanted >"$work/wanted"
    "do_$verb"
}

# The last line: a script that arrived in part does nothing.
main "$@"
