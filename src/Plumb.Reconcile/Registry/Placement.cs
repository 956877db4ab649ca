using Plumb.Reconcile.Rendering;

namespace Plumb.Reconcile.Registry;

/// <summary>
/// What holds for all applications is stated in the root path. Elsewhere it is refused, but for Argo CD's settings: their file is read
/// unchanged, and to say that its rules are not used is enough.
/// </summary>
internal static class Placement
{
    /// <summary>Why an application that is not the root may not state it; null when it may.</summary>
    public static string? Refusal(RegisteredResource resource, string parent) => resource switch
    {
        { HealthRules: not null } =>
            $"{resource.Id} is stated by {parent}, which is not the root: rules for health hold for all applications, so the root path states "
            + "them",
        { Cluster: not null } =>
            $"{resource.Id} is stated by {parent}, which is not the root: clusters are stated in the root path, as they say which programs "
            + "Plumb runs",
        _ => null,
    };

    /// <summary>Whether it is passed over outside the root.</summary>
    public static bool IsPassedOver(RegisteredResource resource) => resource.HealthRules is { IsArgoSettings: true };

    /// <summary>What is to be said of something passed over; null when nothing is lost by it.</summary>
    public static Diagnostic? Warning(RegisteredResource resource, string parent) =>
        resource.HealthRules is { IsArgoSettings: true, Rules.Count: > 0 } settings
            ? Diagnostic.Warning(
                settings.Origin,
                $"ConfigMap/{settings.Name}: its health scripts are not used, as {parent} is not the root application and rules for health hold "
                + "for all applications; move it to the root path, or state them there as a HealthCheck. The ConfigMap itself is delivered")
            : null;
}
