<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=false; section>
<#if section == "header">${msg("linkIdpActionTitle", idpDisplayName)}
<#elseif section == "form">
<p>${msg("linkIdpActionMessage", idpDisplayName)}</p>
<form action="${url.loginAction}" method="post">
<div class="cluster"><button class="btn" type="submit" name="continue" value="on" id="kc-continue">${msg("doContinue")}</button><button class="btn btn--line" type="submit" name="cancel-aia" value="true" id="kc-cancel">${msg("doCancel")}</button></div>
</form>
</#if>
</@layout.registrationLayout>
