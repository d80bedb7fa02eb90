<#import "template.ftl" as layout>
<#import "parts.ftl" as parts>
<#import "passkeys.ftl" as passkeys>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError("username", "password") displayInfo=true; section>
<#if section == "header">${msg("loginAccountTitle")}
<#elseif section == "form">
<#if realm.password>
<form class="stack" action="${url.loginAction}" method="post">
<#if !usernameHidden??>
<@parts.field name="username" label=msg("username") value=(login.username)!"" faults=["username", "password"] autocomplete=(enableWebAuthnConditionalUI?has_content)?then("username webauthn", "username") focus=!(login.username)?has_content/>
</#if>
<@parts.password name="password" label=msg("password") faults=usernameHidden???then(["username", "password"], ["none"]) focus=(login.username)?has_content/>
<input type="hidden" name="credentialId" value="${(auth.selectedCredential)!}">
<@parts.finish msg("doLogIn")/>
<#if realm.resetPasswordAllowed>
<p><a href="${url.loginResetCredentialsUrl}">${msg("doForgotPassword")}</a></p>
</#if>
</form>
</#if>
<@passkeys.conditionalUIData/>
<#elseif section == "socialProviders">
<#if (social.providers)?has_content>
<h2>${msg("identity-provider-login-label")}</h2>
<ul class="stack">
<#list social.providers as outside>
<li><a class="btn btn--line" id="social-${outside.alias}" href="${outside.loginUrl}">${outside.displayName!outside.alias}</a></li>
</#list>
</ul>
</#if>
<#elseif section == "info">
<p class="hint">${msg("neverAsked")}</p>
</#if>
</@layout.registrationLayout>
