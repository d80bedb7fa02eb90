<#--  Whose house sent the person here. Maru's state reads "suwon.<random>", and Keycloak hands it on in `client_data` of
      every address of a form, in base64 (RFC 4648, section 5). Without one, or of a city that Keycloak has not been told
      of, the house is the province's: whoever makes a state up sees another colour and nothing else.
      name   the house's name, in the language of the page
      home   its front page, with a slash at the end; empty before the realm knows the portal
      official   whose official site it is
-->
<#function decoded text>
  <#local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_">
  <#local letters = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~">
  <#local value = 0, bits = 0, result = "">
  <#list 0..<text?length as place>
    <#local value = value * 64 + digits?index_of(text[place]), bits = bits + 6>
    <#if bits gte 8>
      <#local bits = bits - 8, shift = [1, 0, 4, 0, 16, 0, 64][bits], code = (value / shift)?floor - 32>
      <#local value = value % shift, result = result + (code gte 0 && code lt letters?length)?then(letters[code..*1], "?")>
    </#if>
  </#list>
  <#return result>
</#function>

<#--  A page that ends a sign-in, such as an error, has no form, and Keycloak fails where it is asked for its address. The
      page of a new passkey has one, though Keycloak hands it no sign-in under way. -->
<#function action>
  <#local address = "">
  <#if pageId! == "webauthn-register" || authenticationSession?? && !["error", "info"]?seq_contains(pageId!)>
    <#attempt><#local address = url.loginAction><#recover></#attempt>
  </#if>
  <#return address>
</#function>

<#function slug>
  <#local data = action()?keep_after("client_data=")?keep_before("&")>
  <#if !data?matches("[A-Za-z0-9_-]{1,2000}")><#return ""></#if>
  <#local found = decoded(data)?keep_after('"st":"')?keep_before(".")>
  <#return (found?matches("[a-z][a-z0-9-]{1,31}") && msg("house." + found) != "house." + found)?then(found, "")>
</#function>

<#assign city = slug(), portal = (client.baseUrl)!"">
<#assign name = city?has_content?then(msg("houseOf", msg("house." + city)), msg("house")),
  home = city?has_content?then(portal?replace("://", "://" + city + "."), portal),
  official = city?has_content?then(msg("officialOfCity", msg("house." + city)), msg("officialOf"))>
