<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=false; section>
<#if section == "header">${msg("deleteCredentialTitle")}
<#elseif section == "form">
<p>${msg("deleteCredentialMessage", credentialLabel)}</p>
<form action="${url.loginAction}" method="post">
<div class="cluster"><button class="btn" type="submit" name="accept" value="on" id="kc-accept">${msg("doConfirmDelete")}</button><button class="btn btn--line" type="submit" name="cancel-aia" value="true" id="kc-decline">${msg("doCancel")}</button></div>
</form>
</#if>
</@layout.registrationLayout>
