using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;

namespace Plumb.Manifests.Applications;

/// <summary>Reads <c>source.helm</c>.</summary>
internal static class HelmReader
{
    public static HelmSpec? Read(FieldReader? helm)
    {
        if (helm is null) return null;
        var spec = new HelmSpec
        {
            ReleaseName = helm.Text("releaseName"),
            Namespace = helm.Text("namespace"),
            Version = helm.Text("version"),
            ValueFiles = helm.Texts("valueFiles"),
            IgnoreMissingValueFiles = helm.Flag("ignoreMissingValueFiles"),
            Values = Values(helm),
            Parameters = [.. (helm.Maps("parameters") ?? []).Select(Parameter)],
            FileParameters = [.. (helm.Maps("fileParameters") ?? []).Select(FileParameter)],
            SkipCrds = helm.Flag("skipCrds"),
            SkipTests = helm.Flag("skipTests"),
            SkipSchemaValidation = helm.Flag("skipSchemaValidation"),
            PassCredentials = helm.Flag("passCredentials"),
            Lookup = helm.Flag("lookup"),
            KubeVersion = helm.Text("kubeVersion"),
            ApiVersions = helm.Texts("apiVersions"),
        };
        if (spec.Version is not ("" or "v3" or "v4")) helm.Error("version", $"is \"{spec.Version}\"; Plumb renders as v3 and v4");
        foreach (var file in spec.RemoteFiles)
        {
            if (RemoteFault(file) is { } fault) helm.Error(spec.ValueFiles.Contains(file) ? "valueFiles" : "fileParameters", fault);
        }

        helm.Finish();
        return spec;
    }

    /// <summary>As Argo CD by default, other schemes than the web's are refused; a password in an address would be shown everywhere.</summary>
    private static string? RemoteFault(string file) =>
        file.Contains('$') ? $"holds \"{file}\"; variables are not replaced in addresses"
        : !Uri.TryCreate(file, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") ? $"holds \"{file}\"; only https:// and http:// are read"
        : address.UserInfo.Length > 0 ? $"holds an address on {address.Host} with a password or user; value files are fetched without any"
        : null;

    private static string Values(FieldReader helm)
    {
        var text = helm.Text("values");
        return helm.Value("valuesObject") is { IsNullOrAbsent: false } value ? YamlWriter.Write(value) : text;
    }

    private static HelmParameter Parameter(FieldReader parameter)
    {
        var spec = new HelmParameter(parameter.Required("name"), parameter.Text("value"), parameter.Flag("forceString"));
        parameter.Finish();
        return spec;
    }

    private static HelmFileParameter FileParameter(FieldReader parameter)
    {
        var spec = new HelmFileParameter(parameter.Required("name"), parameter.Required("path"));
        parameter.Finish();
        return spec;
    }
}
