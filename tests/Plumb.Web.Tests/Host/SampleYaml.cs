using Plumb.Api;

namespace Plumb.Web.Host;

/// <summary>YAML of sample objects.</summary>
internal static class SampleYaml
{
    /// <summary>An object; the parameters are what may drift.</summary>
    public static string Of(ResourceName resource, int replicas = 3, string image = "shop/web:1.8.2", bool status = false)
    {
        var api = resource.Group.Length == 0 ? "v1" : resource.Group + "/v1";
        var head = $"""
            apiVersion: {api}
            kind: {resource.Kind}
            metadata:
              name: {Quoted(resource.Name)}
            {(resource.Namespace.Length == 0 ? "" : $"  namespace: {resource.Namespace}\n")}  labels:
                app.kubernetes.io/name: {Quoted(resource.Name)}
                app.kubernetes.io/managed-by: plumb

            """;
        var body = resource.Kind switch
        {
            "Deployment" or "StatefulSet" or "DaemonSet" => $$"""
                spec:
                  replicas: {{replicas}}
                  revisionHistoryLimit: 5
                  selector:
                    matchLabels:
                      app.kubernetes.io/name: {{resource.Name}}
                  strategy:
                    type: RollingUpdate
                    rollingUpdate:
                      maxSurge: 25%
                      maxUnavailable: 0
                  template:
                    metadata:
                      labels:
                        app.kubernetes.io/name: {{resource.Name}}
                    spec:
                      containers:
                        - name: main
                          image: {{image}}
                          ports:
                            - containerPort: 8080
                              name: http
                          env:
                            - name: LOG_LEVEL
                              value: "info"
                            - name: FEATURE_CHECKOUT
                              value: "true"
                          resources:
                            requests:
                              cpu: 100m
                              memory: 128Mi
                            limits:
                              memory: 256Mi
                          readinessProbe:
                            httpGet:
                              path: /ready
                              port: http
                            periodSeconds: 10
                        - name: proxy
                          image: shop/proxy:2.1.0

                """,
            "Secret" => """
                type: Opaque
                data:
                  password: "******** (1)"
                  username: "********"

                """,
            "ConfigMap" => """
                data:
                  settings.json: |
                    { "currency": "EUR", "tax": 0.21 }
                  theme: calm

                """,
            "Service" => $$"""
                spec:
                  ports:
                    - name: http
                      port: 80
                      targetPort: http
                  selector:
                    app.kubernetes.io/name: {{resource.Name}}

                """,
            _ => "spec: {}\n",
        };
        return head + body + (status
            ? "status:\n  observedGeneration: 7\n  conditions:\n    - type: Available\n      status: \"True\"\n      lastTransitionTime: \"2026-11-20T08:12:33Z\"\n"
            : "");
    }

    private static string Quoted(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? text : $"\"{text}\"";
}
