//! Indonesian.

use super::speech::Speech;

pub(super) const SPEECH: Speech = Speech {
    question: &[
        "Barangnya harus dikirim balik dulu atau dananya kembali dulu, kak?",
        "Kira-kira berapa hari dananya masuk ke saldo saya?",
        "Masih ada yang perlu saya lengkapi?",
        "Kalau diganti barang baru saja bisa tidak?",
        "Ongkir returnya siapa yang tanggung ya?",
        "Returnya diantar ke gerai atau dijemput kurir?",
    ],
    photo_added: &[
        "Sudah saya tambahkan ya kak. Dari kurir memang sudah penyok begitu.",
        "Ini foto label sama kardusnya.",
        "Saya tambah dua foto lagi, agak gelap tapi kelihatan kok.",
        "Foto sudah diunggah, semoga membantu",
        "Sudah! Paling jelas di foto kedua.",
    ],
    thanks: &[
        "Terima kasih banyak kak, cepat sekali responsnya!",
        "Oke siap, makasih sudah dibantu 🙏",
        "Makasih ya, lain kali pesan lagi di sini.",
        "Dananya sudah masuk, terima kasih.",
        "Mantap, pelayanannya ramah.",
    ],
    impatient: &[
        "Gimana kelanjutannya kak? Sudah tiga hari.",
        "Halo? Ada orangnya tidak ya?",
        "Belum ada kabar juga sampai sekarang.",
        "Tolong dijawab dong, bisa atau tidak.",
        "Lama banget prosesnya, padahal cuma begini saja.",
    ],
    accepts_offer: &[
        "Boleh kak, saya terima dan barangnya saya simpan.",
        "Oke setuju. Makasih sudah dicarikan jalan tengah.",
        "Ya sudah, setengah juga tidak apa-apa.",
        "Iya, begitu saja.",
        "Barusan sudah saya setujui di aplikasi.",
    ],
    declines_offer: &[
        "Terima kasih, tapi saya lebih pilih retur dan dana kembali penuh.",
        "Kurang kak, soalnya barangnya tidak bisa dipakai.",
        "Maaf, tidak. Saya kan bayar penuh.",
        "Saya tolak ya, maunya kembali semua.",
        "Jujur belum cocok dengan tawarannya.",
    ],
    shipped_back: &[
        "Tadi pagi sudah saya antar ke gerai, resinya ada.",
        "Paketnya sudah jalan balik kak, pakai kardus yang sama.",
        "Sudah saya kirim hari ini. Kabari kalau sudah sampai ya.",
        "Barang sudah diretur lewat konter, katanya tiga sampai empat hari.",
        "Kurir sudah jemput barusan, nanti malam resinya harusnya muncul.",
    ],
    seller: &[
        "Halo kak, mohon maaf atas kejadian ini. Boleh tambahkan satu foto bagian luar kardus, supaya kami tahu apa yang terjadi di jalan?",
        "Terima kasih sudah memberi tahu. Kami cek dulu dan kami balas di sini hari ini.",
        "Kami sudah menanyakan posisi paket ke kurir, jawabannya kami harapkan besok.",
        "Boleh kirim foto label di paketnya, kak? Supaya kami tahu pesanan mana yang tertukar.",
        "Makasih fotonya, jelas sekali. Tim gudang sedang mengecek stok.",
        "Permintaannya sudah kami lihat, kami kabari sebelum malam ya.",
        "Kakak biasanya pakai cara seduh apa? Supaya kami bisa bantu cek.",
    ],
    tracking: &[
        "Label pengiriman dibuat",
        "Paket diserahkan ke kurir",
        "Tiba di pusat sortir",
        "Keluar dari pusat sortir",
        "Tiba di gudang kota tujuan",
        "Dalam pengantaran kurir",
        "Paket diterima",
    ],
};
