namespace ClientArea;

/// <summary>Names the two files of texts beside it.</summary>
public sealed class Texts;
