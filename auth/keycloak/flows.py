"""How people sign in, as code: a password for residents, a second factor where Maru asks for one (domain 7.4: MFA for staff).

Maru asks by level (`acr`): 1 is a password or a passkey; 2 a one-time code as well, or the passkey, shown again where
the sign-in is some time ago. Keycloak's flows cannot be changed in one step while they are in use, so a new one is built beside the old,
then bound, then the old one is removed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth.keycloak.connection import Administrator
from auth.keycloak.realm import SETTINGS

NAMES = ("maru", "maru again")
"""Of the flow in use, and of the one that is built to take its place."""


@dataclass(frozen=True)
class Step:
    """One step: what `provider` does, or `steps` of a flow of its own under a `name`."""

    requirement: str
    provider: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    steps: tuple["Step", ...] = ()


def level(number: int, *steps: Step) -> Step:
    """Steps that lead to a level, where it is asked for and not reached yet; it holds as long as a session may last."""
    settings = {"loa-condition-level": str(number), "loa-max-age": str(SETTINGS["ssoSessionMaxLifespan"])}
    asked = Step("REQUIRED", "conditional-level-of-authentication", settings)
    return Step("CONDITIONAL", name=f"level {number}", steps=(asked, *steps))


WITHOUT_PASSKEY = Step(
    "REQUIRED", "conditional-credential", {"credentials": "webauthn-passwordless", "included": "false"}
)
NOT_SHOWN = Step(
    "REQUIRED", "conditional-sub-flow-executed", {"flow_to_check": "{top} - shown", "check_result": "not-executed"}
)
SECOND_FACTOR = (
    Step(
        "CONDITIONAL",
        name="shown",
        steps=(
            WITHOUT_PASSKEY,
            Step("REQUIRED", "conditional-user-configured"),
            Step("ALTERNATIVE", "webauthn-authenticator-passwordless"),
            Step("ALTERNATIVE", "auth-otp-form"),
        ),
    ),
    Step("CONDITIONAL", name="connected", steps=(WITHOUT_PASSKEY, NOT_SHOWN, Step("REQUIRED", "auth-otp-form"))),
)
"""Whoever has a passkey or an app shows one of them; whoever has neither connects an app, and is asked for it."""
FLOW = (
    Step("ALTERNATIVE", "auth-cookie"),
    Step("ALTERNATIVE", "identity-provider-redirector"),
    Step(
        "ALTERNATIVE",
        name="forms",
        steps=(level(1, Step("REQUIRED", "auth-username-password-form")), level(2, *SECOND_FACTOR)),
    ),
)


def stands(admin: Administrator, name: str) -> bool:
    """Whether the flow of that name is what we ask for, whoever has changed it."""
    executions = admin.get_authentication_flow_executions(name)
    return list(_shape(admin, executions)) == list(_wanted(name, FLOW))


def build(admin: Administrator, name: str) -> None:
    """Make the flow, in place of an unfinished one of that name; nobody signs in by it until it is bound."""
    remove(admin, name)
    admin.create_authentication_flow({"alias": name, "providerId": "basic-flow", "topLevel": True, "builtIn": False})
    _build(admin, name, name, FLOW)


def remove(admin: Administrator, name: str) -> None:
    """Remove a flow that is not in use, if it is there."""
    for flow in admin.get_authentication_flows():
        if flow["alias"] == name:
            admin.delete_authentication_flow(flow["id"])


def _build(admin: Administrator, top: str, parent: str, steps: tuple[Step, ...]) -> None:
    for step in steps:
        alias = f"{top} - {step.name}"
        if step.provider:
            admin.create_authentication_flow_execution({"provider": step.provider}, parent)
        else:
            admin.create_authentication_flow_subflow({"alias": alias, "type": "basic-flow"}, parent)
        made = [one for one in admin.get_authentication_flow_executions(parent) if one["level"] == 0][-1]
        admin.update_authentication_flow_executions(made | {"requirement": step.requirement}, parent)
        if step.settings:
            settings = {"alias": f"{parent} - {step.provider}", "config": _settings(top, step)}
            admin.create_execution_config(made["id"], settings)
        if step.steps:
            _build(admin, top, alias, step.steps)


def _settings(top: str, step: Step) -> dict[str, str]:
    """With the name of the flow that they are part of, where they refer to another part."""
    return {key: value.replace("{top}", top) for key, value in step.settings.items()}


def _wanted(top: str, steps: tuple[Step, ...], depth: int = 0) -> Iterator[tuple[Any, ...]]:
    for step in steps:
        yield depth, step.requirement, step.provider, _settings(top, step)
        yield from _wanted(top, step.steps, depth + 1)


def _shape(admin: Administrator, executions: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for one in executions:
        settings = {}
        if config := one.get("authenticationConfig"):
            settings = admin.connection.raw_get(_config_at(admin, config)).json().get("config", {})
        yield one["level"], one["requirement"], one.get("providerId", ""), settings


def _config_at(admin: Administrator, config: str) -> str:
    return f"admin/realms/{admin.get_current_realm()}/authentication/config/{config}"
