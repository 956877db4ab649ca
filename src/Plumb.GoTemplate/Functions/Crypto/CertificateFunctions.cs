using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Crypto;

/// <summary>Sprig's functions that make keys and certificates (<c>crypto.go</c>).</summary>
internal static class CertificateFunctions
{
    private const int CertificateKeyBits = 2048;

    private static readonly GoType S = GoType.String;

    public static IEnumerable<GoFunction> All =>
    [
        new("genPrivateKey", [S], static (run, a) =>
        {
            var kind = a[0].Text;
            return GoValue.From(run.AtLeisure(PrivateKey.Cost(kind), () => PrivateKey.Generate(kind)));
        }),
        new("buildCustomCert", [S, S], static (_, a) => GoValue.From(Certificates.Custom(a[0].Text, a[1].Text))),
        new("genCA", [S, Int], static (run, a) =>
            GoValue.From(Certificates.Make(run, a[0].Text, null, null, a[1].Int, NewKey(run), authority: true, null))),
        new("genCAWithKey", [S, Int, S], static (run, a) =>
            GoValue.From(Certificates.Make(run, a[0].Text, null, null, a[1].Int, Key(a[2].Text), authority: true, null))),
        new("genSelfSignedCert", [S, AnySlice, AnySlice, Int], static (run, a) =>
            GoValue.From(Certificates.Make(run, a[0].Text, a[1].List, a[2].List, a[3].Int, NewKey(run), authority: false, null))),
        new("genSelfSignedCertWithKey", [S, AnySlice, AnySlice, Int, S], static (run, a) =>
            GoValue.From(Certificates.Make(run, a[0].Text, a[1].List, a[2].List, a[3].Int, Key(a[4].Text), authority: false, null))),
        new("genSignedCert", [S, AnySlice, AnySlice, Int, CertificateObject.CertificateType], static (run, a) =>
            Signed(run, a, NewKey(run))),
        new("genSignedCertWithKey", [S, AnySlice, AnySlice, Int, CertificateObject.CertificateType, S], static (run, a) =>
            Signed(run, a, Key(a[5].Text))),
    ];

    private static GoValue Signed(Execution run, ReadOnlySpan<GoValue> a, PrivateKey key)
    {
        var signer = Certificates.Signer((CertificateObject)a[4].Object);
        return GoValue.From(Certificates.Make(run, a[0].Text, a[1].List, a[2].List, a[3].Int, key, authority: false, signer));
    }

    private static PrivateKey NewKey(Execution run) => run.AtLeisure(KeyCost.Rsa2048, static () => PrivateKey.Rsa(CertificateKeyBits));

    private static PrivateKey Key(string pem)
    {
        try
        {
            return PrivateKey.Read(pem);
        }
        catch (GoError error)
        {
            throw new GoError($"parsing private key: {error.Message}");
        }
    }
}
