using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Plumb.GoTemplate.Functions.Crypto;

namespace Plumb.GoTemplate.Tests.Functions;

/// <summary>New RSA and DSA keys, and the arithmetic below them.</summary>
public sealed class KeyGenerationTests
{
    [Theory]
    [InlineData(2048)]
    [InlineData(1024)]
    public void AKey_IsOneThatTheSystemsLibraryTakesAndUses(int bits)
    {
        using var key = RsaGeneration.Make(bits);
        key.KeySize.ShouldBe(bits);
        var data = "signed"u8.ToArray();
        var signature = key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var read = RSA.Create();
        read.ImportRSAPrivateKey(key.ExportRSAPrivateKey(), out _);
        read.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();
        read.Decrypt(key.Encrypt(data, RSAEncryptionPadding.OaepSHA256), RSAEncryptionPadding.OaepSHA256).ShouldBe(data);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var (p, q) = (Number(parameters.P!), Number(parameters.Q!));
        (p * q).ShouldBe(Number(parameters.Modulus!));
        // Another program's test of primality would do; .NET's own powers are another's arithmetic at least.
        foreach (var prime in (BigInteger[])[p, q])
        {
            foreach (var witness in (int[])[2, 3, 5, 7, 11, 13]) BigInteger.ModPow(witness, prime - 1, prime).ShouldBe(BigInteger.One);
        }
    }

    [Fact]
    public void ADsaKey_IsOneThatTheSystemsLibraryTakesAndUses()
    {
        var reader = new AsnReader(DsaGeneration.Make(), AsnEncodingRules.DER).ReadSequence();
        var numbers = new List<BigInteger>();
        while (reader.HasData) numbers.Add(reader.ReadInteger());
        var (version, p, q, g, y, x) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
        numbers.Count.ShouldBe(6);
        version.ShouldBe(BigInteger.Zero);
        (p.GetBitLength(), q.GetBitLength()).ShouldBe((2048, 256));
        ((p - 1) % q).ShouldBe(BigInteger.Zero);
        foreach (var prime in (BigInteger[])[p, q]) BigInteger.ModPow(3, prime - 1, prime).ShouldBe(BigInteger.One);
        BigInteger.ModPow(g, q, p).ShouldBe(BigInteger.One);
        g.ShouldNotBe(BigInteger.One);
        using var key = DSA.Create(new DSAParameters { P = Bytes(p, 256), Q = Bytes(q, 32), G = Bytes(g, 256), Y = Bytes(y, 256), X = Bytes(x, 32) });
        var data = "signed"u8.ToArray();
        var signature = key.SignData(data, HashAlgorithmName.SHA256);
        key.VerifyData(data, signature, HashAlgorithmName.SHA256).ShouldBeTrue();
        key.VerifyData("other"u8.ToArray(), signature, HashAlgorithmName.SHA256).ShouldBeFalse();
    }

    [Fact]
    public void APrime_IsOfItsProgressionAndFits()
    {
        var start = (BigInteger.One << 200) + 1;
        PrimeSearch.Among(start, 6, 201, static n => n % 5 == 2).ShouldNotBeNull();
        var prime = PrimeSearch.Among(start, 6, 201, static n => n % 5 == 2)!.Value;
        ((prime - start) % 6).ShouldBe(BigInteger.Zero);
        (prime % 5).ShouldBe(2);
        PrimeSearch.Among(start, 2 * start, 201, static _ => true).ShouldBeNull("each of them but the first is longer, and that one is no prime");
        PrimeSearch.Among(start, 2, 201, static _ => false).ShouldBeNull();
    }

    [Fact]
    public void Powers_AreThoseOfBigInteger() => Gen.Select(Gen.Byte.Array[1, 440], Gen.Byte.Array[1, 440], Gen.Byte.Array[1, 40])
        .Sample((m, b, e) => PowersAreRight(new BigInteger(m, isUnsigned: true), new BigInteger(b, isUnsigned: true), new BigInteger(e, isUnsigned: true)));

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(279)]
    [InlineData(280)]
    [InlineData(1024)]
    [InlineData(2048)]
    [InlineData(3359)]
    [InlineData(3360)]
    public void Powers_AreRightAtTheEdges(int bits)
    {
        var ones = (BigInteger.One << bits) - 1;
        foreach (var modulus in (BigInteger[])[ones, ones - 2, (BigInteger.One << (bits - 1)) + 1])
        {
            foreach (var @base in (BigInteger[])[0, 1, 2, modulus - 1, modulus - 2, modulus >> 1]) PowersAreRight(modulus, @base, modulus - 2);
        }
    }

    private static void PowersAreRight(BigInteger modulus, BigInteger @base, BigInteger exponent)
    {
        modulus |= BigInteger.One;
        if (modulus < 3) return;
        @base %= modulus;
        foreach (var montgomery in (Montgomery[])[Montgomery.Of(modulus), new WordMontgomery(modulus)])
        {
            montgomery.Power(montgomery.Enter(@base), exponent).ShouldBe(montgomery.Enter(BigInteger.ModPow(@base, exponent, modulus)));
            var squared = montgomery.Enter(@base);
            montgomery.Square(squared);
            squared.ShouldBe(montgomery.Enter(@base * @base % modulus));
        }
    }

    [Theory]
    [InlineData(521)]
    [InlineData(607)]
    [InlineData(1279)]
    [InlineData(2203)]
    public void APrimeOfMersenne_IsPrime_AndItsNeighboursAreNot(int exponent)
    {
        var prime = (BigInteger.One << exponent) - 1;
        PrimeSearch.IsPrime(prime, 8).ShouldBeTrue();
        PrimeSearch.IsPrime(prime + 2, 8).ShouldBeFalse();
        PrimeSearch.IsPrime(prime * ((BigInteger.One << 127) - 1), 8).ShouldBeFalse();
    }

    [Theory]
    [InlineData("561")]
    [InlineData("41041")]
    [InlineData("3215031751")]
    [InlineData("318665857834031151167461")]
    [InlineData("3317044064679887385961981")]
    public void ANumberThatFoolsWeakerTests_IsNotPrime(string number) =>
        PrimeSearch.IsPrime(BigInteger.Parse(number, System.Globalization.CultureInfo.InvariantCulture), 20).ShouldBeFalse();

    private static byte[] Bytes(BigInteger value, int length)
    {
        var bytes = new byte[length];
        var written = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(bytes, length - written.Length);
        return bytes;
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
