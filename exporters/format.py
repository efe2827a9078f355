"""What a format is: what it is written for, and how it comes to its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Literal

import msgspec

from exporters.uses import use_of
from wizard.deployment import Deployment
from wizard.plan.model import Firewall
from wizard.plan.proxies import proxies_of
from wizard.views.groups import NO_PROVIDER, waits_for_provider
from wizard.views.words import TO_BE_SUPPLIED

FormatKind = Literal["host", "boundary", "cloud", "proxy", "plan"]
Content = str | bytes

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


# Stands for the proxy where a firewall is named; no firewall has a name with a space.
WEB_PROXY = "web proxy"


class CannotSay(Exception):
    """Raised by a format that has no words for a firewall or the proxy; the text says which."""


class Refused(msgspec.Struct, frozen=True):
    """A firewall whose files were left out: what the plan does not say yet, or what the format
    cannot say.

    `firewall` is its name, or WEB_PROXY.
    """

    firewall: str
    formats: tuple[str, ...]
    missing: tuple[str, ...] = ()
    reason: str = ""

    @property
    def what(self) -> str:
        """Whose files were left out, as the beginning of a sentence."""
        return "The web proxy" if self.firewall == WEB_PROXY else f"Firewall {self.firewall}"

    @property
    def why(self) -> str:
        """One phrase for people."""
        return self.reason or f"{TO_BE_SUPPLIED}: " + ", ".join(self.missing)


class Rendered(msgspec.Struct, frozen=True):
    """One format's files by their path below the export's folder; the refused firewalls."""

    files: dict[str, Content]
    refused: tuple[Refused, ...] = ()


class Format(msgspec.Struct, frozen=True):
    """One format.

    `paths` are its files below the export's folder; `<name>` stands for a firewall, `<role>` for a
    role. `kinds` says what it is written for: firewalls of these kinds (of `platform` or
    one of `providers`, where given), the web proxy (in one of `modes`; none given: whatever filters by
    name), or the plan as a whole. `reader` is who takes the files. How to apply, check and undo
    them stands in `templates/use.md`. A format with an `extra` (of pip, which brings `package`) is
    written only when it is asked for by name: so what an export holds follows from the plan, and
    not from what is installed. So is one for a make that no plan names (`by_name`). `folder` is one
    folder for the files of all firewalls; none given: a folder for each firewall.
    """

    name: str
    paths: tuple[str, ...]
    about: str
    for_what: str
    kinds: tuple[FormatKind, ...]
    module: str
    reader: str
    platform: Literal["linux", "windows"] | None = None
    providers: tuple[Literal["aws", "azure"], ...] = ()
    modes: tuple[Literal["explicit", "transparent"], ...] = ()
    extra: str = ""
    package: str = ""
    folder: str = ""
    by_name: bool = False

    @property
    def use(self) -> str:
        """How to apply, check and undo the files, as Markdown."""
        return use_of(self.name)

    @property
    def for_firewalls(self) -> bool:
        """True for a format with files for each firewall."""
        return not {"proxy", "plan"} & set(self.kinds)

    def fits_firewall(self, firewall: Firewall) -> bool:
        """True for a firewall that this format can be written for, once its provider is named."""
        return (
            firewall.kind in self.kinds
            and (
                self.platform is None
                or firewall.kind == "cloud"
                or firewall.platform == self.platform
            )
            and (not self.providers or firewall.provider in (None, *self.providers))
        )

    def firewalls(self, deployment: Deployment) -> tuple[str, ...]:
        """The names of the plan's firewalls that this format fits."""
        return tuple(
            name for name, fw in deployment.plan.firewalls.items() if self.fits_firewall(fw)
        )

    def fits(self, deployment: Deployment) -> bool:
        """True where the plan has something that this format is for."""
        if "plan" in self.kinds:
            return True
        if "proxy" in self.kinds:
            listed = bool(deployment.allowlist or deployment.tls_bypass)
            modes = {used.answers.mode for used in proxies_of(deployment.plan)}
            return not modes.isdisjoint(self.modes) if listed and self.modes else listed
        return bool(self.firewalls(deployment))

    def offered(self, deployment: Deployment) -> bool:
        """True where it is written without being asked for by name."""
        return not self.only_by_name and self.fits(deployment)

    @property
    def only_by_name(self) -> bool:
        """True where it is written only when asked for by name."""
        return self.by_name or bool(self.extra)

    @property
    def about_it(self) -> str:
        """What it is, and how it is asked for where it is not written by itself."""
        asked = f"; only with --format {self.name}" if self.only_by_name else ""
        return f"{self.about}{asked}"

    @property
    def installed(self) -> bool:
        """False where the package that this format needs is not there."""
        if not self.package:
            return True
        from importlib.util import find_spec

        return find_spec(self.package) is not None

    def render(self, deployment: Deployment, names: Sequence[str] | None = None) -> Rendered:
        """The files for this plan; a firewall that waits for answers stands in `refused`. With
        `names` only these of its firewalls have files.
        """
        module = import_module(self.module)
        if not self.for_firewalls:
            try:
                return Rendered(files=module.files(deployment))
            except CannotSay as reason:
                refusal = Refused(firewall=WEB_PROXY, formats=(self.name,), reason=str(reason))
                return Rendered(files={}, refused=(refusal,))
        files: dict[str, Content] = {}
        refused, ready = [], []
        for name in self.firewalls(deployment) if names is None else names:
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name of a firewall")
            missing = deployment.missing(name)
            if missing:
                refused.append(Refused(firewall=name, formats=(self.name,), missing=missing))
                continue
            if waits_for_provider(deployment.plan.firewalls[name]):
                refused.append(Refused(firewall=name, formats=(self.name,), missing=(NO_PROVIDER,)))
                continue
            try:
                files_of_firewall = module.files_of(deployment, name)
            except CannotSay as reason:
                refused.append(Refused(firewall=name, formats=(self.name,), reason=str(reason)))
                continue
            ready.append(name)
            files |= _below(self.folder or f"firewalls/{name}", files_of_firewall)
        if self.folder and ready:
            files |= _below(self.folder, module.common(deployment, tuple(ready)))
        return Rendered(files=files, refused=tuple(refused))

    def paths_fitting(self, deployment: Deployment, fits: Callable[[str], bool]) -> list[str]:
        """The paths of its files that fit. Only formats and firewalls are worked out whose files may
        be called so: of hundreds of firewalls all files take long.
        """
        names = self.firewalls(deployment)
        if not self._common_may_fit(deployment, fits):
            names = tuple(name for name in names if self._may_fit("<name>", name, fits))
            if not names:
                return []
        rendered = self.render(deployment, names if self.for_firewalls else None)
        return list(filter(fits, rendered.files))

    def _common_may_fit(self, deployment: Deployment, fits: Callable[[str], bool]) -> bool:
        """Whether a file may fit that is of no single firewall."""
        paths = [path for path in self.paths if "<name>" not in path]
        return any(fits(path) for path in paths if "<role>" not in path) or any(
            self._may_fit("<role>", role, fits) for role in deployment.catalog.roles
        )

    def _may_fit(self, place: str, name: str, fits: Callable[[str], bool]) -> bool:
        """Whether a file may fit that is called after something of this name."""
        return any(fits(path.replace(place, name)) for path in self.paths if place in path)

    def files(self, deployment: Deployment) -> dict[str, Content]:
        """The files for this plan, without those that had to be refused."""
        return self.render(deployment).files


def _below(folder: str, files: Mapping[str, Content]) -> dict[str, Content]:
    return {f"{folder}/{file}": content for file, content in files.items()}
