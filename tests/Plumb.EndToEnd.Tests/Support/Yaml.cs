namespace Plumb.EndToEnd.Tests.Support;

/// <summary>Small manifests.</summary>
internal static class Yaml
{
    public static string ConfigMap(string name, string value, string annotations = "") => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {{name}}
          annotations: { {{annotations}} }
        data:
          key: "{{value}}"

        """;

    public static string Deployment(string name, int replicas = 1, string image = "registry.example.com/app:1.0", string annotations = "") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{name}}
          annotations: { {{annotations}} }
        spec:
          replicas: {{replicas}}
          selector:
            matchLabels: {app: {{name}}}
          template:
            metadata:
              labels: {app: {{name}}}
            spec:
              containers:
              - name: app
                image: {{image}}

        """;
}
