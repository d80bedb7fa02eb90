{{- define "maru.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* Takes (list root component). */ -}}
{{- define "maru.labels" -}}
{{- $root := index . 0 -}}
{{ include "maru.selector" $root }}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end }}

{{- define "maru.image" -}}
{{- $repository := required "image.repository is missing: where you pushed the image of Maru's Dockerfile." .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{ $repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ $repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- /* Fields that every pod here has. */ -}}
{{- define "maru.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: 1Gi
{{- end }}

{{- /* Fields that every container here has. */ -}}
{{- define "maru.container" -}}
image: {{ include "maru.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: tmp
    mountPath: /tmp
{{- end }}

{{- /* Takes (dict "name" variable "secret" Secret "key" key "path" place-in-values). */ -}}
{{- define "maru.secret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ required (printf "%s is missing: the name of a Secret with the key %s." .path .key) .secret | quote }}
      key: {{ .key | quote }}
{{- end }}

{{- /* What this installation is, without a secret. */ -}}
{{- define "maru.env.settings" -}}
- name: MARU_ENV
  value: production
- name: MARU_BASE_DOMAIN
  value: {{ required "domain.base is missing: the portal's host, such as learn.gg.go.kr." .Values.domain.base | quote }}
- name: MARU_PUBLIC_PORT
  value: {{ .Values.domain.publicPort | quote }}
- name: MARU_PROXIES
  value: {{ .Values.web.proxies | quote }}
{{- with .Values.storage.publicUrl }}
- name: S3_PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
- name: OIDC_ISSUER
  value: {{ required "identity.issuer is missing: such as https://id.learn.gg.go.kr/realms/maru." .Values.identity.issuer | quote }}
- name: OIDC_CLIENT_ID
  value: {{ .Values.identity.clientId | quote }}
{{- end }}

{{- /* Takes (dict "root" root "database" database-of-values "path" its-place-in-values). */ -}}
{{- define "maru.env.application" -}}
{{ include "maru.env.settings" .root }}
{{ include "maru.secret" (dict "name" "DATABASE_APP_URL" "secret" .database.existingSecret "key" .database.key "path" .path) }}
{{- with .root.Values }}
{{ include "maru.secret" (dict "name" "S3_URL" "secret" .storage.existingSecret "key" .storage.key "path" "storage.existingSecret") }}
{{ include "maru.secret" (dict "name" "OIDC_CLIENT_SECRET" "secret" .identity.existingSecret "key" .identity.clientSecretKey "path" "identity.existingSecret") }}
{{- if .mail.existingSecret }}
{{ include "maru.secret" (dict "name" "MAIL_URL" "secret" .mail.existingSecret "key" .mail.key "path" "mail.existingSecret") }}
{{- end }}
{{- with .mail.from }}
- name: MAIL_FROM
  value: {{ . | quote }}
{{- end }}
{{- if .dataShare.existingSecret }}
{{ include "maru.secret" (dict "name" "DATA_SHARE_URL" "secret" .dataShare.existingSecret "key" .dataShare.key "path" "dataShare.existingSecret") }}
{{- end }}
{{- with .identityChecks }}
{{- if .existingSecret }}
{{ include "maru.secret" (dict "name" "MARU_IDENTITY_KEY" "secret" .existingSecret "key" .key "path" "identityChecks.existingSecret") }}
{{- if .oldKeys }}
{{ include "maru.secret" (dict "name" "MARU_IDENTITY_KEYS_OLD" "secret" .existingSecret "key" .oldKeys "path" "identityChecks.existingSecret") }}
{{- end }}
{{- end }}
{{- end }}
{{ include "maru.secret" (dict "name" "MARU_SECRET_KEY" "secret" .session.existingSecret "key" .session.key "path" "session.existingSecret") }}
{{- end }}
{{- end }}
