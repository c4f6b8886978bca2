print("lia")
