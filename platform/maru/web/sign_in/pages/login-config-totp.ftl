<#import "template.ftl" as layout>
<#import "parts.ftl" as parts>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError("totp", "userLabel"); section>
<#if section == "header">${msg("loginTotpTitle")}
<#elseif section == "form">
<p>${msg("loginTotpIntro")}</p>
<ol class="sign-in__steps">
<li><p>${msg("loginTotpStep1")}</p><p class="hint"><#list totp.supportedApplications as app>${msg(app)}<#sep>, </#list></p></li>
<#if mode?? && mode == "manual">
<li><p>${msg("loginTotpManualStep2")}</p><p class="num"><b id="kc-totp-secret-key">${totp.totpSecretEncoded}</b></p>
<p class="hint">${msg("loginTotpType")}: ${msg("loginTotp." + totp.policy.type)}, ${msg("loginTotpAlgorithm")}: ${totp.policy.getAlgorithmKey()}, ${msg("loginTotpDigits")}: ${totp.policy.digits}<#if totp.policy.type == "totp">, ${msg("loginTotpInterval")}: ${totp.policy.period}</#if></p>
<p><a href="${totp.qrUrl}" id="mode-barcode">${msg("loginTotpScanBarcode")}</a></p></li>
<#else>
<li><p>${msg("loginTotpStep2")}</p><p><img src="data:image/png;base64, ${totp.totpSecretQrCode}" alt="${msg("loginTotpPicture")}" width="246" height="246"></p>
<p><a href="${totp.manualUrl}" id="mode-manual">${msg("loginTotpUnableToScan")}</a></p></li>
</#if>
<li><p>${msg("loginTotpStep3")}</p></li>
</ol>
<form class="stack" action="${url.loginAction}" method="post">
<input type="hidden" name="totpSecret" value="${totp.totpSecret}">
<#if mode??><input type="hidden" name="mode" value="${mode}"></#if>
<@parts.field name="totp" label=msg("authenticatorCode") autocomplete="one-time-code" inputmode="numeric" size="s"/>
<@parts.field name="userLabel" label=msg("loginTotpDeviceName") hint=msg("loginTotpStep3DeviceName") autocomplete="off" size="m"/>
<@parts.finish msg("doSubmit")/>
</form>
</#if>
</@layout.registrationLayout>
