<#import "template.ftl" as layout>
<#import "parts.ftl" as parts>
<@layout.registrationLayout displayMessage=false; section>
<#if section == "header">${msg("errorTitle")}
<#elseif section == "form">
<p>${kcSanitize(message.summary)?no_esc}</p>
<p>${msg("errorWayOn")}</p>
<#if traceId??><p class="hint">${msg("traceIdSupportMessage", traceId)}</p></#if>
<@parts.onwards/>
</#if>
</@layout.registrationLayout>
