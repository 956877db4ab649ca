using System.Text;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Generators;
using Plumb.Manifests.Tests.Kustomize.Filters;

namespace Plumb.Manifests.Tests.Kustomize.Generators;

public sealed class ObjectGeneratorTests
{
    private static readonly ObjectGenerator Generator = new(path => path switch
    {
        "configmap/app.env" => "DB_USERNAME=admin\nDB_PASSWORD=qwerty\n"u8.ToArray(),
        "configmap/app-init.ini" => "FOO=bar\nBAR=baz\n"u8.ToArray(),
        "configmap/app.bin" => Enumerable.Repeat(new byte[] { 0xff, 0x68, 0x65, 0x6c, 0x6c, 0x6f }, 30).SelectMany(b => b).ToArray(),
        "bin" => Enumerable.Repeat((byte)0xff, 200).ToArray(),
        "multi.txt" => "a\tb\b\f<&>\n x \n"u8.ToArray(),
        "e.env" => "\uFEFFA=1\n  #c\n B = 2 \nNOVALUE\n=skip\nC=\"q\"\r\n"u8.ToArray(),
        _ => throw new KustomizeException($"no such file: {path}"),
    });

    [Fact]
    public void ConfigMap_HasTheLinesOfFiles() => Map("envConfigMap", new() { Envs = ["configmap/app.env"] }).ShouldBe("""
        apiVersion: v1
        data:
          DB_PASSWORD: qwerty
          DB_USERNAME: admin
        kind: ConfigMap
        metadata:
          name: envConfigMap

        """);

    [Fact]
    public void ConfigMap_HasTextAsDataAndTheRestInBase64() =>
        Map("files", new() { Files = ["configmap/app-init.ini", "configmap/app.bin"] }).ShouldBe("""
            apiVersion: v1
            binaryData:
              app.bin: |
                /2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbG
                xv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hl
                bGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv/2
                hlbGxv/2hlbGxv/2hlbGxv/2hlbGxv
            data:
              app-init.ini: |
                FOO=bar
                BAR=baz
            kind: ConfigMap
            metadata:
              name: files

            """);

    [Fact]
    public void Literals_AreTextWhateverTheyLookLike() =>
        Map("1", new() { Literals = ["a=x", "b=y", "c=\"Hello World\"", "d='true'", "n=null", "e=1.10"] }).ShouldBe("""
            apiVersion: v1
            data:
              a: x
              b: "y"
              c: Hello World
              d: "true"
              e: "1.10"
              "n": "null"
            kind: ConfigMap
            metadata:
              name: "1"

            """);

    [Fact]
    public void Options_AreAdded() => Trees.Write(Generator.MakeConfigMap(new GeneratorArgs("x", new KeyValueSources())
    {
        Namespace = "ns",
        Options = new GeneratorOptions
        {
            Labels = new Dictionary<string, string> { ["veggie"] = "1", ["cat"] = "annoying" },
            Annotations = new Dictionary<string, string> { ["river"] = "true" },
            Immutable = true,
        },
    })).ShouldBe("""
        apiVersion: v1
        immutable: true
        kind: ConfigMap
        metadata:
          annotations:
            river: "true"
          labels:
            cat: annoying
            veggie: "1"
          name: x
          namespace: ns

        """);

    [Fact]
    public void Secret_IsOpaqueAndHasAllInBase64() =>
        Trees.Write(Generator.MakeSecret(new GeneratorArgs("s", new KeyValueSources { Literals = ["a=x"], Files = ["bin"] }), "")).ShouldBe("""
            apiVersion: v1
            data:
              a: eA==
              bin: |
                //////////////////////////////////////////////////////////////////////
                //////////////////////////////////////////////////////////////////////
                //////////////////////////////////////////////////////////////////////
                ////////////////////////////////////////////////////////8=
            kind: Secret
            metadata:
              name: s
            type: Opaque

            """);

    [Fact]
    public void SecretWithoutEntries_HasEmptyData() =>
        Trees.Write(Generator.MakeSecret(new GeneratorArgs("s", new KeyValueSources()), "x/y")).ShouldBe("""
            apiVersion: v1
            data: {}
            kind: Secret
            metadata:
              name: s
            type: x/y

            """);

    [Fact]
    public void RepeatedKey_IsRefused() =>
        Should.Throw<KustomizeException>(() => Map("x", new() { Literals = ["FOO=1"], Envs = ["configmap/app.env"], Files = ["FOO=bin"] }))
            .Message.ShouldBe("configmap x illegally repeats the key `FOO`");

    [Fact]
    public void MissingName_IsRefused() =>
        Should.Throw<KustomizeException>(() => Generator.MakeSecret(new GeneratorArgs("", new KeyValueSources()), ""))
            .Message.ShouldBe("a configmap must have a name");

    [Fact]
    public void MissingFile_IsNamed() =>
        Should.Throw<KustomizeException>(() => Map("x", new() { Files = ["nope"] })).Message
            .ShouldBe("loading KV pairs: file sources: [nope]: no such file: nope");

    [Fact]
    public void OptionsOfAll_GiveWayToOwnLabelsOnly()
    {
        var all = new GeneratorOptions
        {
            Labels = new Dictionary<string, string> { ["a"] = "all", ["b"] = "all" },
            DisableNameSuffixHash = true,
        };
        var own = new GeneratorOptions { Labels = new Dictionary<string, string> { ["a"] = "own" }, Immutable = true };
        var merged = GeneratorOptions.Merge(own, all)!;
        merged.Labels!.OrderBy(l => l.Key).Select(l => $"{l.Key}={l.Value}").ShouldBe(["a=own", "b=all"]);
        merged.Annotations.ShouldBeNull();
        (merged.DisableNameSuffixHash && merged.Immutable).ShouldBeTrue();
        GeneratorOptions.Merge(null, null).ShouldBeNull();
        GeneratorOptions.Merge(own, null).ShouldBe(own);
    }

    /// <summary>Recorded from the tool: the names of what it generated.</summary>
    [Fact]
    public void Hashes_AreThoseOfTheTool()
    {
        var sources = new KeyValueSources { Literals = ["x=1", "b=yes", "q='x y'", "n=null"], Envs = ["e.env"], Files = ["bin", "k=multi.txt"] };
        ContentHash.Of(Generator.MakeConfigMap(new GeneratorArgs("1", sources))).ShouldBe("7tk5m52664");
        ContentHash.Of(Generator.MakeConfigMap(new GeneratorArgs("a", new KeyValueSources()))).ShouldBe("6ct58987ht");
        ContentHash.Of(Generator.MakeConfigMap(new GeneratorArgs("a", new KeyValueSources { Literals = ["1=x"] }))).ShouldBe("6k8mtk5fb6");
        ContentHash.Of(Generator.MakeSecret(new GeneratorArgs("s", new KeyValueSources()), "")).ShouldBe("46f8b28mk5");
        ContentHash.Of(Generator.MakeSecret(new GeneratorArgs("s2", new KeyValueSources { Files = ["bin"] }), "x/y")).ShouldBe("khf5887562");
    }

    private static string Map(string name, KeyValueSources sources) => Trees.Write(Generator.MakeConfigMap(new GeneratorArgs(name, sources)));
}
