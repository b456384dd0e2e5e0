import Commands

await Countersign.main()
