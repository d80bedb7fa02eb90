<#import "template.ftl" as layout>
<#import "parts.ftl" as parts>
<@layout.registrationLayout; section>
<#if section == "header">${msg("logoutConfirmTitle")}
<#elseif section == "form">
<p>${msg("logoutConfirmHeader")}</p>
<form class="stack" action="${url.logoutConfirmAction}" method="post">
<input type="hidden" name="session_code" value="${logoutConfirm.code}">
<div class="cluster"><button class="btn" name="confirmLogout" value="on">${msg("doLogout")}</button><#if !logoutConfirm.skipLink && (client.baseUrl)?has_content><a class="btn btn--line" href="${client.baseUrl}">${msg("staySignedIn")}</a></#if></div>
</form>
</#if>
</@layout.registrationLayout>
