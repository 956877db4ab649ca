{{- define "plumb.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "plumb.labels" -}}
app.kubernetes.io/name: plumb
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: plumb
{{- end -}}

{{- define "plumb.selector" -}}
app.kubernetes.io/name: plumb
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "plumb.account" -}}
{{- .Values.serviceAccount.name | default (include "plumb.name" .) -}}
{{- end -}}

{{- define "plumb.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "plumb.args" -}}
- serve
- --root=$(PLUMB_ROOT)
- --data=/data
- --listen=0.0.0.0:8484
- --rbac=/etc/plumb/policy/policy.yaml
- --cluster-secrets={{ ternary .Release.Namespace .Values.clusterSecrets (eq .Values.rbac.scope "namespaces") }}
{{- with .Values.server.url }}
- --url={{ . }}
{{- end }}
{{- range .Values.server.trustedProxies }}
- --trusted-proxy={{ . }}
{{- end }}
{{- if .Values.tls.secretName }}
- --tls-cert=/etc/plumb/tls/tls.crt
- --tls-key=/etc/plumb/tls/tls.key
{{- else if and .Values.server.insecureHttp (not .Values.server.trustedProxies) }}
- --insecure-http
{{- end }}
{{- if .Values.signIn.adminPasswordSecret }}
- --admin-password-file=/etc/plumb/admin/password
{{- end }}
{{- with .Values.signIn.oidc }}
{{- if .issuer }}
- --oidc-issuer={{ .issuer }}
- --oidc-client-id={{ required "signIn.oidc.clientId: the client that the provider knows Plumb by" .clientId }}
- --oidc-groups-claim={{ .groupsClaim }}
{{- if .clientSecret }}
- --oidc-client-secret-file=/etc/plumb/oidc/secret
{{- end }}
{{- with .name }}
- --oidc-name={{ . }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.server.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}
