<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=false; section>
<#if section == "header">${msg("confirmLinkIdpTitle")}
<#elseif section == "form">
<p>${msg("confirmLinkIntro")}</p>
<p>${msg("confirmLinkOther")}</p>
<form action="${url.loginAction}" method="post">
<div class="cluster"><button class="btn" type="submit" name="submitAction" value="linkAccount" id="linkAccount">${msg("confirmLinkGoOn")}</button><a class="btn btn--line" href="${url.loginRestartFlowUrl}">${msg("doCancel")}</a></div>
</form>
</#if>
</@layout.registrationLayout>
