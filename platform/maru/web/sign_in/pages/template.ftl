<#--  What every page at Keycloak stands in: official banner, the house one comes from, one column, the other language.
      Keycloak's own pages and ours hand over the sections header, form, info, socialProviders and show-username.
-->
<#import "house.ftl" as house>
<#import "parts.ftl" as parts>
<#macro registrationLayout bodyClass="" displayInfo=false displayMessage=true displayRequiredFields=false>
<#local heading><#nested "header"></#local>
<#local failed = displayMessage && message?has_content && message.type == "error">
<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${failed?then(msg("errorPrefix"), "")}${heading?markup_string?replace("<[^>]*>", "", "r")?trim?no_esc} - ${house.name}</title>
<link rel="icon" href="${url.resourcesPath}/${properties.version}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${url.resourcesPath}/${properties.version}/maru.css">
<#if house.home?has_content>
<link rel="stylesheet" href="${house.home}brand.css">
</#if>
<script type="importmap">{"imports": {"rfc4648": "${url.resourcesCommonPath}/vendor/rfc4648/rfc4648.js"}}</script>
<script type="module" src="${url.resourcesPath}/js/passwordVisibility.js"></script>
<script type="module">
<#outputformat "JavaScript">
import { startSessionPolling, checkAuthSession } from ${(url.resourcesPath + "/js/authChecker.js")?c};
startSessionPolling(${url.ssoLoginInOtherTabsUrl?c});
<#if authenticationSession??>
checkAuthSession(${authenticationSession.authSessionIdHash?c});
</#if>
</#outputformat>
</script>
<#list scripts![] as script>
<script src="${script}"></script>
</#list>
</head>
<body data-page="${pageId!}">
<a class="skip" href="#main">${msg("skip")}</a>
<section class="official" aria-label="${msg("official")}"><div class="wrap">
<span class="official__text"><@parts.icon "shield"/>${house.official}</span>
</div></section>
<header class="masthead"><div class="wrap">
<#if house.home?has_content>
<a class="brand" href="${house.home}"><span class="brand__sign" aria-hidden="true"></span><span>${house.name}</span></a>
<#else>
<span class="brand"><span>${house.name}</span></span>
</#if>
<#if realm.internationalizationEnabled && locale??>
<div class="tools">
<#list locale.supported as other>
<#if other.languageTag != locale.currentLanguageTag>
<a href="${other.url}" lang="${other.languageTag}" hreflang="${other.languageTag}" rel="nofollow">${other.languageTag?switch("en", "English", "ko", "한국어", other.label)}</a>
</#if>
</#list>
</div>
</#if>
</div></header>
<main id="main" tabindex="-1"><div class="wrap band sign-in">
<h1>${heading}</h1>
<#if auth?has_content && auth.showUsername() && !auth.showResetCredentials()>
<#nested "show-username">
<p class="cluster"><span>${msg("signingInAs")} <b>${auth.attemptedUsername}</b></span> <a class="btn btn--quiet" href="${url.loginRestartFlowUrl}">${msg("restartLoginTooltip")}</a></p>
</#if>
<#if displayMessage && message?has_content && (message.type != "warning" || !isAppInitiatedAction??)>
<@parts.notice message.type><p>${kcSanitize(message.summary)?no_esc}</p></@parts.notice>
</#if>
<#nested "form">
<#if auth?has_content && auth.showTryAnotherWayLink()>
<form action="${url.loginAction}" method="post">
<button class="btn btn--line" name="tryAnotherWay" value="on">${msg("doTryAnotherWay")}</button>
</form>
</#if>
<#nested "socialProviders">
<#if displayInfo>
<div class="stack"><#nested "info"></div>
</#if>
</div></main>
<footer class="foot"><div class="wrap stack-s">
<#if house.home?has_content>
<ul><li><a href="${house.home}">${msg("backToHouse", house.name)}</a></li><li><a href="${house.home}privacy"><b>${msg("privacy")}</b></a></li><li><a href="${house.home}help">${msg("help")}</a></li></ul>
</#if>
<p>${msg("imprint")}</p>
</div></footer>
</body>
</html>
</#macro>
