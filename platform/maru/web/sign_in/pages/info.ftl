<#import "template.ftl" as layout>
<#import "parts.ftl" as parts>
<@layout.registrationLayout displayMessage=false; section>
<#if section == "header"><#if messageHeader??>${kcSanitize(msg(messageHeader))?no_esc}<#else>${kcSanitize(message.summary)?no_esc}</#if>
<#elseif section == "form">
<#if messageHeader?? || requiredActions??>
<p>${kcSanitize(message.summary)?no_esc}<#list requiredActions![]>: <b><#items as action>${msg("requiredAction." + action)}<#sep>, </#items></b></#list></p>
</#if>
<@parts.onwards/>
</#if>
</@layout.registrationLayout>
