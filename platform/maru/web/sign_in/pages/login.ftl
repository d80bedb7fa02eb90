<#import "template.ftl" as layout>
<#import "parts.ftl" as parts>
<#import "passkeys.ftl" as passkeys>
<#import "outside.ftl" as outside>
<#import "house.ftl" as house>
<#--  Who links another account to one that is here proves that it is theirs; Keycloak would tell them its username. -->
<#assign proving = url.loginAction?contains("/first-broker-login?"), known = proving?then("", (login.username)!"")>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError("username", "password") displayInfo=true; section>
<#if section == "header">${msg("loginAccountTitle")}
<#elseif section == "form">
<#if realm.password>
<form class="stack" action="${url.loginAction}" method="post">
<#if !usernameHidden??>
<@parts.field name="username" label=msg("username") value=known faults=["username", "password"] autocomplete=(enableWebAuthnConditionalUI?has_content)?then("username webauthn", "username") focus=!known?has_content/>
</#if>
<@parts.password name="password" label=msg("password") faults=usernameHidden???then(["username", "password"], ["none"]) focus=known?has_content/>
<input type="hidden" name="credentialId" value="${(auth.selectedCredential)!}">
<@parts.finish msg("doLogIn")/>
</form>
</#if>
<@passkeys.conditionalUIData/>
<#elseif section == "socialProviders">
<#if (social.providers)?has_content>
<h2>${msg("identity-provider-login-label")}</h2>
<ul class="stack">
<#list social.providers as other>
<li><a class="btn btn--line" id="social-${other.alias}" href="${other.loginUrl}">${msg("signInThrough", outside.name(other.alias, other.displayName!""))}</a></li>
</#list>
</ul>
</#if>
<#elseif section == "info">
<#if house.home?has_content && !proving && !usernameHidden??>
<div class="prose"><ul><li><a href="${house.home}join">${msg("joinHere")}</a></li><li><a href="${house.home}forgotten">${msg("forgottenHere")}</a></li></ul></div>
</#if>
<p class="hint">${msg("neverAsked")}</p>
</#if>
</@layout.registrationLayout>
