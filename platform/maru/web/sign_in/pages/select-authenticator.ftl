<#import "template.ftl" as layout>
<@layout.registrationLayout; section>
<#if section == "header">${msg("loginChooseAuthenticator")}
<#elseif section == "form">
<form class="stack" action="${url.loginAction}" method="post">
<#list auth.authenticationSelections as way>
<div class="stack-s"><button class="btn btn--line" name="authenticationExecution" value="${way.authExecId}" aria-describedby="way-${way?index}">${msg(way.displayName)}</button><p class="hint" id="way-${way?index}">${msg(way.helpText)}</p></div>
</#list>
</form>
</#if>
</@layout.registrationLayout>
