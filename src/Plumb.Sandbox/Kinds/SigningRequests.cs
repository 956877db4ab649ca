using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Access;

namespace Plumb.Sandbox.Kinds;

/// <summary>CertificateSigningRequests: who asked is written down by the server, whatever the manifest says.</summary>
internal static class SigningRequests
{
    public static void NoteRequester(KubeObject request, UserInfo user)
    {
        var spec = request.Root.GetOrAddMap("spec");
        spec["username"] = user.Name;
        spec["groups"] = new ListNode(user.Groups.Select(g => (Node)g));
        spec["uid"] = user.Uid.Length > 0 ? user.Uid : Node.Absent;
        spec["extra"] = Node.Absent;
    }
}
