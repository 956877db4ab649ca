using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Plumb.GoTemplate.Functions.Crypto;

namespace Plumb.GoTemplate.Tests.Functions;

/// <summary>New RSA keys, and the arithmetic below them.</summary>
public sealed class RsaGenerationTests
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
    public void Powers_AreThoseOfBigInteger() => Gen.Select(Gen.Byte.Array[1, 200], Gen.Byte.Array[1, 200], Gen.Byte.Array[1, 40])
        .Sample((m, b, e) =>
        {
            var modulus = new BigInteger(m, isUnsigned: true) | BigInteger.One;
            if (modulus < 3) return;
            var @base = new BigInteger(b, isUnsigned: true) % modulus;
            var exponent = new BigInteger(e, isUnsigned: true);
            var montgomery = new Montgomery(modulus);
            montgomery.Power(montgomery.Enter(@base), exponent).ShouldBe(montgomery.Enter(BigInteger.ModPow(@base, exponent, modulus)));
            var squared = montgomery.Enter(@base);
            montgomery.Square(squared);
            squared.ShouldBe(montgomery.Enter(@base * @base % modulus));
        });

    [Theory]
    [InlineData(521)]
    [InlineData(607)]
    [InlineData(1279)]
    [InlineData(2203)]
    public void APrimeOfMersenne_IsPrime_AndItsNeighboursAreNot(int exponent)
    {
        var prime = (BigInteger.One << exponent) - 1;
        RsaGeneration.IsPrime(prime, 8).ShouldBeTrue();
        RsaGeneration.IsPrime(prime + 2, 8).ShouldBeFalse();
        RsaGeneration.IsPrime(prime * ((BigInteger.One << 127) - 1), 8).ShouldBeFalse();
    }

    [Theory]
    [InlineData("561")]
    [InlineData("41041")]
    [InlineData("3215031751")]
    [InlineData("318665857834031151167461")]
    [InlineData("3317044064679887385961981")]
    public void ANumberThatFoolsWeakerTests_IsNotPrime(string number) =>
        RsaGeneration.IsPrime(BigInteger.Parse(number, System.Globalization.CultureInfo.InvariantCulture), 20).ShouldBeFalse();

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
