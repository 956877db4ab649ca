using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Controllers;

/// <summary>What a controller's queue holds: which object to look at.</summary>
internal readonly record struct ObjectKey(string Group, string Kind, string Namespace, string Name)
{
    public static ObjectKey Of(KubeObject obj) => new(obj.GroupVersionKind.Group, obj.Kind, obj.Namespace, obj.Name);

    public override string ToString() => $"{Kind}/{Namespace}/{Name}";
}
