<#import "template.ftl" as layout>
<#import "parts.ftl" as parts>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError("password", "password-confirm"); section>
<#if section == "header">${msg("updatePasswordTitle")}
<#elseif section == "form">
<form class="stack" action="${url.loginAction}" method="post">
<@parts.password name="password-new" label=msg("passwordNew") hint=msg("passwordHint") faults=["password"] autocomplete="new-password" focus=true/>
<@parts.password name="password-confirm" label=msg("passwordConfirm") autocomplete="new-password"/>
<@parts.logoutOthers/>
<@parts.finish msg("savePassword")/>
</form>
</#if>
</@layout.registrationLayout>
