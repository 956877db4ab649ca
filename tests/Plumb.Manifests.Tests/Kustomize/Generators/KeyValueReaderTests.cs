using System.Text;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Generators;

namespace Plumb.Manifests.Tests.Kustomize.Generators;

public sealed class KeyValueReaderTests
{
    [Theory]
    [InlineData("\n\t\tk1=v1\n\t\tk2=v2\n\t\t", "k1=v1|k2=v2")]
    [InlineData("k1=v1\n\t#k2=v2\n", "k1=v1")]
    [InlineData("k1=\n", "k1=")]
    [InlineData("k1\n", "k1=")]
    [InlineData("=v\nk=v", "k=v")]
    [InlineData("k=a=b\r\nl= x \r\n", "k=a=b|l= x ")]
    [InlineData("k=\"v\"\nl='v' # not a comment", "k=\"v\"|l='v' # not a comment")]
    [InlineData("\uFEFFk=v\n\uFEFFl=v", "k=v|\uFEFFl=v")]
    [InlineData("\uFEFF# comment\nk=v", "k=v")]
    [InlineData(" B = 2 ", "B = 2 ")]
    [InlineData("", "")]
    public void Line_IsAKeyAndItsValue(string content, string expected) => Env(Encoding.UTF8.GetBytes(content)).ShouldBe(expected);

    [Fact]
    public void LineWithoutValue_IsEmptyWhateverTheEnvironmentHas()
    {
        Environment.GetEnvironmentVariable("PATH").ShouldNotBeNullOrEmpty();
        Env("PATH"u8.ToArray()).ShouldBe("PATH=");
    }

    [Fact]
    public void BytesThatAreNoText_AreRefused() =>
        Should.Throw<KustomizeException>(() => Env([.. "a="u8, 0x80])).Message
            .ShouldBe("env source files: [file]: line [97 61 128] has invalid utf8 bytes : a=\uFFFD");

    [Theory]
    [InlineData(65535, "a=1|line|z=1")]
    [InlineData(65536, "a=1")]
    public void LineThatIsTooLongForTheOriginal_EndsTheFile(int length, string expected) =>
        Env(Encoding.UTF8.GetBytes($"a=1\n{"k=".PadRight(length, 'x')}\nz=1"))
            .Replace("k=".PadRight(length, 'x'), "line", StringComparison.Ordinal).ShouldBe(expected);

    [Theory]
    [InlineData("a=x", "a=x")]
    [InlineData("c=\"Hello World\"", "c=Hello World")]
    [InlineData("d='true'", "d=true")]
    [InlineData("e=\"x'", "e=\"x'")]
    [InlineData("f=\"", "f=\"")]
    [InlineData("g=''", "g=")]
    [InlineData("h=a=b", "h=a=b")]
    [InlineData("i=", "i=")]
    [InlineData("j=x\"", "j=x\"")]
    public void Literal_LosesQuotesThatStandAroundIt(string literal, string expected) =>
        Join(new KeyValueReader(_ => default).ReadAll(new KeyValueSources { Literals = [literal] })).ShouldBe(expected);

    [Theory]
    [InlineData("=x")]
    [InlineData("x")]
    [InlineData("")]
    public void LiteralWithoutKey_IsRefused(string literal) =>
        Should.Throw<KustomizeException>(() => new KeyValueReader(_ => default).ReadAll(new KeyValueSources { Literals = ["a=b", literal] }))
            .Message.ShouldBe($"literal sources [a=b {literal}]: invalid literal source {literal}, expected key=value");

    [Theory]
    [InlineData("./path/myfile", "myfile", "./path/myfile")]
    [InlineData("newName.ini=oldName", "newName.ini", "oldName")]
    [InlineData("a/b/", "b", "a/b/")]
    public void File_IsAPathWithOrWithoutAKey(string source, string key, string path) =>
        KeyValueReader.ParseFile(source).ShouldBe((key, path));

    [Theory]
    [InlineData("newName.ini==oldName", "source \"newName.ini==oldName\" key name or file path contains '='")]
    [InlineData("=myfile", "missing key name for file path \"myfile\" in source \"=myfile\"")]
    [InlineData("key=", "missing file path for key name \"key\" in source \"key=\"")]
    public void FileWithoutKeyOrPath_IsRefused(string source, string message) =>
        Should.Throw<KustomizeException>(() => KeyValueReader.ParseFile(source)).Message.ShouldBe(message);

    [Fact]
    public void Sources_AreReadLinesThenLiteralsThenFiles()
    {
        var reader = new KeyValueReader(path => Encoding.UTF8.GetBytes($"{path}=1"));
        Join(reader.ReadAll(new KeyValueSources { Files = ["f"], Literals = ["l=x"], Envs = ["e"] })).ShouldBe("e=1|l=x|f=f=1");
    }

    [Fact]
    public void FileThatCannotBeRead_IsNamedWithAllOfItsKind() =>
        Should.Throw<KustomizeException>(
            () => new KeyValueReader(path => throw new KustomizeException($"no {path}")).ReadAll(new KeyValueSources { Files = ["a", "k=b"] }))
            .Message.ShouldBe("file sources: [a k=b]: no a");

    private static string Env(byte[] content) => Join(new KeyValueReader(_ => content).ReadAll(new KeyValueSources { Envs = ["file"] }));

    private static string Join(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> entries) =>
        string.Join('|', entries.Select(e => $"{e.Key}={Encoding.UTF8.GetString(e.Value.Span)}"));
}
