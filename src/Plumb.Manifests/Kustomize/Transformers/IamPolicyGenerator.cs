using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary>Makes the service account that stands for an account of Google's cloud.</summary>
internal sealed class IamPolicyGenerator : IGenerator
{
    private readonly string _text;
    private readonly BuildContext _context;

    public IamPolicyGenerator(FieldBinder fields, BuildContext context)
    {
        _context = context;
        var cloud = fields.Text("cloud");
        if (cloud != "gke") throw new KustomizeException($"cloud provider {cloud} not supported yet");
        var (service, account) = (fields.Map("kubernetesService"), fields.Map("serviceAccount"));
        var ns = service?.Text("namespace") ?? "";
        _text = $"""
            apiVersion: v1
            kind: ServiceAccount
            metadata:
              annotations:
                iam.gke.io/gcp-service-account: {account?.Text("name")}@{account?.Text("projectId")}.iam.gserviceaccount.com
              name: {service?.Text("name")}
            {(ns.Length > 0 ? $"  namespace: {ns}" : "")}
            """;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Resource> Generate() => _context.Reader.Read(_text, "");
}
