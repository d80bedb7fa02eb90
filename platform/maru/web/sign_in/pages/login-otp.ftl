<#import "template.ftl" as layout>
<#import "parts.ftl" as parts>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError("totp"); section>
<#if section == "header">${msg("loginOtpTitle")}
<#elseif section == "form">
<form class="stack" action="${url.loginAction}" method="post">
<#if otpLogin.userOtpCredentials?size gt 1>
<fieldset class="field"><legend>${msg("loginOtpDevice")}</legend><div class="radios">
<#list otpLogin.userOtpCredentials as device>
<label><input type="radio" name="selectedCredentialId" value="${device.id}"<#if device.id == otpLogin.selectedCredentialId> checked</#if>>${device.userLabel!msg("loginOtpUnnamed")}</label>
</#list>
</div></fieldset>
</#if>
<@parts.field name="otp" label=msg("loginOtpOneTime") hint=msg("loginOtpHint") faults=["totp"] autocomplete="one-time-code" inputmode="numeric" focus=true size="s"/>
<@parts.finish msg("doLogIn")/>
</form>
</#if>
</@layout.registrationLayout>
