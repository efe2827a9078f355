"""PaperCut Hive and Pocket: hosts seen in public programs, ports named by PaperCut."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_hosts,
    assert_presentable,
    catalog_of,
)

FLOWS = """
# PaperCut names 9264 (HTTPS) and localhost:9265 for the client; that edge nodes listen is inferred
edge-nodes user-computer > user-computer 9264/tcp tls   inferred
edge-nodes user-computer > user-computer 9265/tcp clear stated loopback
# no page says it: hosts are given by name, so somebody must look them up
name-lookup {user-computer,admin-computer,mobile-device} > dns-server 53/{udp,tcp} unsaid inferred
"""
COMMON = """
cloud:wildcards=True  {user-computer,admin-computer,mobile-device} https://*.papercut.com:443 other
cloud:wildcards=False user-computer https://{update,regions}.pmitc.papercut.com:443 other
cloud:wildcards=False user-computer https://pkg.cloud.papercut.com:443 other
cloud:wildcards=False user-computer https://login.papercut.com:443 other
cloud:wildcards=False user-computer https://{mqtt,mqtt2,mqtt3}.notifications.cloud.papercut.com:443 other
cloud user-computer https://{storage,securetoken,identitytoolkit,www}.googleapis.com:443 other
"""
REGION = """
cloud:wildcards=False:region=REGION:product=hive   user-computer  https://PREFIXhive.papercut.com:443 other
cloud:wildcards=False:region=REGION:product=hive   admin-computer https://PREFIXhive.papercut.com:443 other
cloud:wildcards=False:region=REGION:product=pocket user-computer  https://PREFIXpocket.papercut.com:443 other
cloud:wildcards=False:region=REGION:product=pocket admin-computer https://PREFIXpocket.papercut.com:443 other
cloud:wildcards=False:region=REGION user-computer https://PREFIXpmitc.papercut.com:443 other
cloud:wildcards=False:region=REGION user-computer https://cloudnode.PREFIXpmitc.papercut.com:443 other
cloud:wildcards=False:region=REGION mobile-device https://cloudnode.PREFIXpmitc.papercut.com:443 other
cloud:wildcards=False:region=REGION user-computer https://PREFIXsend.papercut.com:443 other
"""
PREFIXES = {"us": "", "eu": "eu.", "uk": "uk.", "au": "au."}


def test_hive_holds_the_hosts_that_were_seen_and_no_more() -> None:
    catalog = catalog_of("papercut-hive")
    product = catalog.products["papercut-hive"]
    regions = "".join(
        REGION.replace("REGION", region).replace("PREFIX", prefix)
        for region, prefix in PREFIXES.items()
    )
    assert_hosts(product, COMMON + regions)
    assert_flows(product, FLOWS)
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product, "local-queue")


def test_what_is_second_hand_or_unread_is_said() -> None:
    product = catalog_of("papercut-hive").products["papercut-hive"]
    assert "second-hand, ports incomplete" in product.about
    assert "ask PaperCut" in product.features["edge-nodes"].help
    for endpoint in product.endpoints:
        assert any("Second-hand" in caution for caution in endpoint.cautions), endpoint.id
        if "mqtt" in (endpoint.host or ""):
            assert any("MQTT" in caution for caution in endpoint.cautions), endpoint.id
