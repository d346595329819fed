using Jingdezhen.Tourism.LedgerVerify;

if (args is not [var file, .. var heads])
{
    Console.Error.WriteLine("""
        usage: ledger-verify PROOF [HEAD...]
        Recomputes the chain, the balances and the signatures of an exported ledger, from the file alone.
        HEAD: signed heads (compact JWS) that you kept from earlier days; the proof must contain what they sealed.
        """);
    return 2;
}

try
{
    var verdict = Proof.Verify(File.ReadLines(file), heads);
    Console.WriteLine(verdict);
    return 0;
}
catch (ProofException fault)
{
    Console.Error.WriteLine($"NOT VALID: {fault.Message}");
    return 1;
}
