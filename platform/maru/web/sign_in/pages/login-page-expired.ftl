<#import "template.ftl" as layout>
<@layout.registrationLayout; section>
<#if section == "header">${msg("pageExpiredTitle")}
<#elseif section == "form">
<p>${msg("pageExpiredMsg1")}</p>
<p class="cluster"><a class="btn" href="${url.loginAction}">${msg("pageExpiredGoOn")}</a><a class="btn btn--line" href="${url.loginRestartFlowUrl}">${msg("pageExpiredAnew")}</a></p>
</#if>
</@layout.registrationLayout>
