<#--  What pages here are made of, in the words of our style sheets.
      icon name                          one of our symbols
      notice kind                        what has happened: success, warning, error, info of Keycloak
      field name label ...               label, hint, error, control; `faults` are the fields whose faults are told here
      password name label ...            the same for a password, which a button shows (only where scripts run)
-->
<#macro icon name><svg class="icon" aria-hidden="true"><use href="${url.resourcesPath}/${properties.version}/icons.svg#i-${name}"/></svg></#macro>

<#macro notice kind>
<#local look = kind?switch("success", "ok", "warning", "soon", "error", "bad", "")>
<div class="notice<#if look?has_content> notice--${look}</#if>" role="${(kind == "error")?then("alert", "status")}"><@icon kind?switch("success", "okc", "warning", "clock", "error", "alert", "info")/><#nested></div>
</#macro>

<#macro frame name label hint faults>
<#local fault = messagesPerField.existsError(faults)?then(messagesPerField.getFirstError(faults), "")>
<div class="field<#if fault?has_content> field--bad</#if>"><label for="${name}">${label}</label>
<#if hint?has_content><p class="hint" id="${name}-hint">${hint}</p></#if>
<#if fault?has_content><p class="error" id="${name}-error"><@icon "alert"/><span>${kcSanitize(fault)?no_esc}</span></p></#if>
<#nested fault?has_content>
</div>
</#macro>

<#macro described name hint fault>
<#if hint?has_content || fault> aria-describedby="<#if hint?has_content>${name}-hint</#if><#if fault> ${name}-error</#if>"</#if><#if fault> aria-invalid="true"</#if></#macro>

<#macro field name label value="" hint="" faults=[name] autocomplete="" inputmode="" focus=false size="">
<@frame name label hint faults; fault>
<input class="input<#if size?has_content> input--${size}</#if>" type="text" id="${name}" name="${name}" value="${value}"<#if autocomplete?has_content> autocomplete="${autocomplete}"</#if><#if inputmode?has_content> inputmode="${inputmode}"</#if> autocapitalize="none" spellcheck="false"<#if focus> autofocus</#if><@described name hint fault/>>
</@frame>
</#macro>

<#macro password name label hint="" faults=[name] autocomplete="current-password" focus=false>
<@frame name label hint faults; fault>
<div class="sign-in__password"><input class="input" type="password" id="${name}" name="${name}" autocomplete="${autocomplete}"<#if focus> autofocus</#if><@described name hint fault/>>
<button class="btn btn--line" type="button" data-password-toggle aria-controls="${name}" aria-label="${msg("showPassword")}" data-label-show="${msg("showPassword")}" data-label-hide="${msg("hidePassword")}" data-icon-show="only-shown" data-icon-hide="only-hidden"><span class="only-shown" data-show="${msg("show")}" data-hide="${msg("hide")}"></span></button></div>
</@frame>
</#macro>

<#macro logoutOthers>
<label class="check"><input type="checkbox" id="logout-sessions" name="logout-sessions" value="on">${msg("logoutOtherSessions")}</label>
</#macro>

<#macro finish label>
<div class="cluster"><button class="btn" type="submit" id="kc-login">${label}</button><#if isAppInitiatedAction??><button class="btn btn--line" type="submit" name="cancel-aia" value="true">${msg("doCancel")}</button></#if></div>
</#macro>

<#macro onwards>
<#if !skipLink??>
<#if pageRedirectUri?has_content><p><a class="btn" href="${pageRedirectUri}">${msg("backToApplication")}</a></p>
<#elseif actionUri?has_content><p><a class="btn" href="${actionUri}">${msg("proceedWithAction")}</a></p>
<#elseif (client.baseUrl)?has_content><p><a class="btn" href="${client.baseUrl}">${msg("backToApplication")}</a></p>
</#if>
</#if>
</#macro>
