<#--  What another provider is called on our pages: in the language of the page where the realm has been told its name.
      name alias otherwise
-->
<#function name alias otherwise="">
  <#local key = "provider." + alias, found = msg(key)>
  <#return (found != key)?then(found, otherwise?has_content?then(otherwise, alias))>
</#function>
