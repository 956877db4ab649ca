using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Access;

/// <summary>
/// Fills Secrets of type <c>kubernetes.io/service-account-token</c> with a lasting token of the account they name, and deletes those
/// whose account is gone (the tokens controller).
/// </summary>
internal sealed class AccountSecrets(ObjectApi api, AccountTokens tokens)
{
    private const string Type = "kubernetes.io/service-account-token";
    private const string NameAnnotation = "kubernetes.io/service-account.name";
    private const string UidAnnotation = "kubernetes.io/service-account.uid";

    public void Observe(ObjectEvent e)
    {
        if (e.Object.ApiVersion != "v1") return;
        switch (e.Object.Kind)
        {
            case "Secret" when e.Kind != WatchKind.Deleted: Fill(e.Object); break;
            case "ServiceAccount":
                foreach (var secret in api.List("", "Secret", e.Object.Namespace))
                {
                    if (secret.Annotation(NameAnnotation) == e.Object.Name) Fill(secret);
                }

                break;
            default: break;
        }
    }

    private void Fill(KubeObject secret)
    {
        if (secret.Root["type"] != Type || secret.Annotation(NameAnnotation) is not { } name) return;
        var account = api.Get("", "ServiceAccount", secret.Namespace, name);
        var uid = secret.Annotation(UidAnnotation);
        if (account is null || (uid is { Length: > 0 } && uid != account.Uid))
        {
            // A Secret may be made before its account; once it had one, it goes with it.
            if (uid is { Length: > 0 }) api.Delete("", "Secret", secret.Namespace, secret.Name, DeletePropagation.Background, secret.Uid);
            return;
        }

        api.Mutate(api.Store.Catalog.Kind("", "Secret")!, secret.Namespace, secret.Name, root =>
        {
            if (root["data"]["token"].AsString() is { Length: > 0 }) return false;
            root.GetOrAddMap("metadata").GetOrAddMap("annotations")[UidAnnotation] = account.Uid;
            var data = root.GetOrAddMap("data");
            data["ca.crt"] = Encode(api.RootCertificate);
            data["namespace"] = Encode(secret.Namespace);
            data["token"] = Encode(tokens.Issue(account, null, [AccountTokens.Issuer]).Token);
            return true;
        });
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
