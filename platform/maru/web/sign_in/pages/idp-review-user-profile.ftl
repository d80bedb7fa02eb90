<#import "template.ftl" as layout>
<#assign given = updateProfileCtx!{}>
<@layout.registrationLayout displayMessage=false; section>
<#if section == "header">${msg("loginIdpReviewProfileTitle")}
<#elseif section == "form">
<#if (given.firstName)?has_content>
<p>${msg("reviewIntro")}</p>
<dl class="facts">
<div><dt>${msg("firstName")}</dt><dd>${given.firstName}</dd></div>
<div><dt>${msg("email")}</dt><dd>${(given.email)!msg("reviewNoEmail")}</dd></div>
</dl>
<p class="hint">${msg("reviewHint")}</p>
<p class="hint">${msg("reviewKnown")}</p>
<form action="${url.loginAction}" method="post">
<div class="cluster"><button class="btn" type="submit">${msg("reviewGoOn")}</button><a class="btn btn--line" href="${url.loginRestartFlowUrl}">${msg("doCancel")}</a></div>
</form>
<#else>
<p>${msg("reviewNoName")}</p>
<p><a class="btn" href="${url.loginRestartFlowUrl}">${msg("restartLoginTooltip")}</a></p>
</#if>
</#if>
</@layout.registrationLayout>
